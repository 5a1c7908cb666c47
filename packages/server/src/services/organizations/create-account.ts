import { randomBytes, randomInt } from "node:crypto";
import { keyOfName, refOn } from "../../platform/identity/directory.ts";
import type { Account, Role } from "../../platform/identity/documents.ts";
import { ADMINISTRATOR_POLICY } from "../../platform/identity/first-account.ts";
import { newUniqueId } from "../../platform/identity/key-ids.ts";
import { VersionConflict } from "../../platform/state/state.ts";
import { pageOf } from "./list-accounts.ts";
import type { OrganizationsDeps, OrganizationsOperation } from "./operation.ts";
import { requireManagement } from "./organization.ts";

/** The role by which the management account gets into an account that it made (Organizations user guide). */
export const ACCESS_ROLE = "OrganizationAccountAccessRole";
/** Each is a name space alone, so this is only a stop for what runs away. */
const MAX_ACCOUNTS = 1_000;
/** What is told of requests that failed. */
const MAX_FAILED = 100;

/** An account is there when the call answers; its state is the end's at once. */
export const createAccount: OrganizationsOperation<"CreateAccount"> = async (input, call, deps) => {
  requireManagement(deps, call);
  if (input.Tags !== undefined && input.Tags.length > 0) {
    throw call.error("InvalidInputException", "Tags of accounts are not supported: leave them out.");
  }
  const { accounts, roles } = deps.directory;
  const now = deps.clock.now();
  const requestId = `car-${randomBytes(16).toString("hex")}`;
  const fail = (
    FailureReason: "EMAIL_ALREADY_EXISTS" | "ACCOUNT_LIMIT_EXCEEDED" | "CONCURRENT_ACCOUNT_MODIFICATION",
  ) => {
    const at = new Date(now);
    const status = {
      Id: requestId,
      AccountName: input.AccountName,
      State: "FAILED" as const,
      RequestedTimestamp: at,
      CompletedTimestamp: at,
      FailureReason,
    };
    deps.failed.set(requestId, status);
    const [oldest] = deps.failed.keys();
    if (deps.failed.size > MAX_FAILED && oldest !== undefined) deps.failed.delete(oldest);
    return { CreateAccountStatus: status };
  };
  const all = accounts.list("");
  if (all.length >= MAX_ACCOUNTS) return fail("ACCOUNT_LIMIT_EXCEEDED");
  const email = input.Email.toLowerCase();
  if (all.some(({ document }) => document.email.toLowerCase() === email)) return fail("EMAIL_ALREADY_EXISTS");

  const id = freeNumber(deps);
  const account: Account = {
    id,
    name: input.AccountName,
    email: input.Email,
    createdAt: now,
    joined: "created",
    requestId,
  };
  const role: Role = {
    name: input.RoleName ?? ACCESS_ROLE,
    path: "/",
    id: newUniqueId("AROA"),
    createdAt: now,
    inline: {},
    attached: [ADMINISTRATOR_POLICY],
    tags: [],
    trust: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { AWS: `arn:aws:iam::${deps.managementAccount}:root` },
          Action: "sts:AssumeRole",
        },
      ],
    }),
    maxSessionSeconds: 3_600,
  };
  try {
    await deps.state.commit({
      cause: { action: "organizations:CreateAccount", requestId: call.requestId, principalArn: call.principal.arn },
      changes: [
        { put: refOn(accounts, "", id), document: account, expect: "absent" },
        { put: refOn(roles, id, keyOfName(role.name)), document: role, expect: "absent" },
      ],
    });
  } catch (error) {
    if (error instanceof VersionConflict) return fail("CONCURRENT_ACCOUNT_MODIFICATION");
    throw error;
  }
  return { CreateAccountStatus: statusOf(account, requestId) };
};

/** Twelve digits, of which the first is no zero, so that no program takes them for a smaller number. */
function freeNumber({ directory }: OrganizationsDeps): string {
  for (;;) {
    const number = `${randomInt(1, 10)}${String(randomInt(100_000_000_000)).padStart(11, "0")}`;
    if (directory.accounts.get("", number) === undefined) return number;
  }
}

const statusOf = ({ id, name, createdAt }: Account, requestId: string) => ({
  Id: requestId,
  AccountName: name,
  State: "SUCCEEDED" as const,
  RequestedTimestamp: new Date(createdAt),
  CompletedTimestamp: new Date(createdAt),
  AccountId: id,
});

export const describeCreateAccountStatus: OrganizationsOperation<"DescribeCreateAccountStatus"> = async (
  input,
  call,
  deps,
) => {
  requireManagement(deps, call);
  const id = input.CreateAccountRequestId;
  const made = deps.directory.accounts.list("").find(({ document }) => document.requestId === id);
  const status = made === undefined ? deps.failed.get(id) : statusOf(made.document, id);
  if (status === undefined) {
    throw call.error(
      "CreateAccountStatusNotFoundException",
      "You specified a create account request that doesn't exist.",
    );
  }
  return { CreateAccountStatus: status };
};

export const listCreateAccountStatus: OrganizationsOperation<"ListCreateAccountStatus"> = async (input, call, deps) => {
  requireManagement(deps, call);
  const made = deps.directory.accounts
    .list("")
    .flatMap(({ document }) => (document.requestId === undefined ? [] : [statusOf(document, document.requestId)]));
  const wanted = (state: string | undefined) => input.States === undefined || input.States.some((one) => one === state);
  const found = [...made, ...deps.failed.values()]
    .filter(({ State }) => wanted(State))
    .sort((a, b) => ((a.Id ?? "") < (b.Id ?? "") ? -1 : 1));
  const { items, end } = pageOf(call, input, found, ({ Id = "" }) => Id);
  return { CreateAccountStatuses: [...items], ...end };
};
