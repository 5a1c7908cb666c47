import { rootArn, userArn } from "../../../platform/identity/arns.ts";
import type { AccessKey, LoginProfile } from "../../../platform/identity/documents.ts";
import type { Resource } from "../../../platform/state/state.ts";
import type { IamDeps, IamOperation } from "../operation.ts";
import { keysOf } from "../users/users.ts";

/** AWS's columns, in its order (IAM user guide, "Generate credential reports for your AWS account"). */
const COLUMNS = [
  "user",
  "arn",
  "user_creation_time",
  "password_enabled",
  "password_last_used",
  "password_last_changed",
  "password_next_rotation",
  "mfa_active",
  "access_key_1_active",
  "access_key_1_last_rotated",
  "access_key_1_last_used_date",
  "access_key_1_last_used_region",
  "access_key_1_last_used_service",
  "access_key_2_active",
  "access_key_2_last_rotated",
  "access_key_2_last_used_date",
  "access_key_2_last_used_region",
  "access_key_2_last_used_service",
  "cert_1_active",
  "cert_1_last_rotated",
  "cert_2_active",
  "cert_2_last_rotated",
] as const;

const NOTHING = "N/A";
const DAY_MS = 86_400_000;
/** A report is made anew once the last one is so old (IAM API, GenerateCredentialReport). */
export const FRESH_MS = 4 * 3_600_000;

const timeOf = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, "+00:00");

function credentialReport({ identity, factor }: Pick<IamDeps, "identity" | "factor">, account: string): string {
  const { directory, uses } = identity;
  const maxAgeDays = directory.settings.get(account, "settings")?.document.passwordPolicy?.maxAgeDays ?? 0;

  const keyColumns = (key: Resource<AccessKey> | undefined): string[] => {
    if (key === undefined) return ["false", NOTHING, NOTHING, NOTHING, NOTHING];
    const use = uses.of(key.ref.key);
    return [
      String(key.document.status === "Active"),
      timeOf(key.document.createdAt),
      use === undefined ? NOTHING : timeOf(use.at),
      use?.region ?? NOTHING,
      use?.service ?? NOTHING,
    ];
  };
  const passwordColumns = (login: LoginProfile | undefined): string[] => {
    if (login === undefined) return ["false", NOTHING, NOTHING, NOTHING];
    return [
      "true",
      login.lastUsedAt === undefined ? "no_information" : timeOf(login.lastUsedAt),
      timeOf(login.changedAt),
      maxAgeDays > 0 ? timeOf(login.changedAt + maxAgeDays * DAY_MS) : NOTHING,
    ];
  };
  const row = (name: string, arn: string, createdAt: number, owner: string, password: readonly string[]): string[] => {
    // The key made first is the first; one that was deleted leaves its place to the next.
    const keys = keysOf(directory, owner).toSorted((a, b) => a.document.createdAt - b.document.createdAt);
    return [
      name,
      arn,
      timeOf(createdAt),
      ...password,
      String(factor.devicesOf(account, owner).length > 0),
      ...keyColumns(keys[0]),
      ...keyColumns(keys[1]),
      ...["false", NOTHING, "false", NOTHING],
    ];
  };

  const root = directory.accounts.get("", account)?.document;
  const rows = [
    row("<root_account>", rootArn(account), root?.createdAt ?? 0, account, [
      "not_supported",
      "no_information",
      "not_supported",
      "not_supported",
    ]),
    ...directory.users
      .list(account)
      .map(({ document }) =>
        row(
          document.name,
          userArn(account, document),
          document.createdAt,
          document.id,
          passwordColumns(directory.logins.get(account, document.id)?.document),
        ),
      ),
  ];
  // Names may have commas, but neither quotes nor line ends (IAM API, their patterns).
  const field = (text: string) => (text.includes(",") ? `"${text}"` : text);
  return [COLUMNS, ...rows].map((columns) => columns.map(field).join(",")).join("\n");
}

export const generateCredentialReport: IamOperation<"GenerateCredentialReport"> = async (_input, call, deps) => {
  const now = deps.clock.now();
  const known = deps.reports.get(call.account);
  if (known !== undefined && now - known.madeAt < FRESH_MS) return { State: "COMPLETE" };
  deps.reports.set(call.account, { madeAt: now, content: Buffer.from(credentialReport(deps, call.account)) });
  // A report is made at once; callers ask until they hear COMPLETE.
  return { State: "STARTED", Description: "No report exists. Starting a new report generation task" };
};

export const getCredentialReport: IamOperation<"GetCredentialReport"> = async (_input, call, deps) => {
  const report = deps.reports.get(call.account);
  if (report === undefined) throw call.error("CredentialReportNotPresentException", "No report is present.");
  if (deps.clock.now() - report.madeAt >= FRESH_MS) {
    throw call.error(
      "CredentialReportExpiredException",
      "The report has expired. To generate a new credential report, use GenerateCredentialReport.",
    );
  }
  return { Content: report.content, ReportFormat: "text/csv", GeneratedTime: new Date(report.madeAt) };
};
