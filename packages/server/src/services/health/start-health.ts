import type { Engine } from "@nephoscope/engine";
import { type Call, modelFromSnapshot, type Service, service, WireFailure } from "@nephoscope/wire";
import { type ServiceAccess, serviceAccess } from "../../platform/access/need.ts";
import type { CallAudit } from "../../platform/audit/call-audit.ts";
import type { Jobs } from "../../platform/jobs/jobs.ts";
import type { MailOutbox } from "../../platform/mail/mail-outbox.ts";
import type { DeliveryRecord, Outbox } from "../../platform/outbox/outbox.ts";
import { type HealthApi, healthSnapshot } from "./api.ts";
import { describeServer } from "./describe-server.ts";
import type { DeliveryView } from "./views.ts";

export interface HealthDeps {
  /** The data directory. */
  readonly data: string;
  /** Names of the SQLite files in it. */
  readonly stores: readonly string[];
  readonly engine: Engine;
  readonly jobs: Pick<Jobs, "reports">;
  readonly outbox: Pick<Outbox, "waiting" | "givenUp" | "counts">;
  readonly keptMails: Pick<MailOutbox, "list">;
  readonly audit: Pick<CallAudit, "lost">;
  /** Where mails go, for people. */
  readonly mail: string;
  readonly objects: "directory" | "s3";
  /** Whose operators see the server itself; other accounts see what is theirs. */
  readonly operatorAccount: string;
  readonly version: string;
  readonly startedAt: number;
}

/** How the server is, for who runs it, and what could not be delivered, for whose it is. */
export function startHealth(deps: HealthDeps): { readonly service: Service; readonly access: ServiceAccess } {
  return {
    service: service<HealthApi, HealthDeps>(modelFromSnapshot(healthSnapshot), { requireAll: true })(
      {
        async DescribeServer(_, call) {
          operatorsOnly(deps, call);
          return { Server: await describeServer(deps) };
        },
        async ListDeliveries({ Limit = DEFAULT_LIMIT }, { account }) {
          const { outbox } = deps;
          return {
            Waiting: outbox.waiting(Limit, account).map(view),
            GivenUp: outbox.givenUp(Limit, account).map(view),
          };
        },
        async ListKeptMails({ Limit = DEFAULT_LIMIT }, call) {
          operatorsOnly(deps, call);
          const mails = deps.keptMails.list(Limit);
          return {
            Mails: mails.map(({ id, at, to, subject, text }) => ({
              Id: id,
              At: at,
              To: to,
              Subject: subject,
              Text: text,
            })),
          };
        },
      },
      deps,
    ),
    access: serviceAccess<HealthApi>({
      DescribeServer: () => ({ action: "nephoscope:DescribeServer", resource: "*" }),
      ListDeliveries: () => ({ action: "nephoscope:ListDeliveries", resource: "*" }),
      ListKeptMails: () => ({ action: "nephoscope:ListKeptMails", resource: "*" }),
    }),
  };
}

const DEFAULT_LIMIT = 100;

/** Whatever its policies say, another account must not see a machine that it shares, nor other people's mails. */
function operatorsOnly({ operatorAccount }: HealthDeps, { account, operation }: Call): void {
  if (account === operatorAccount) return;
  throw new WireFailure(
    "AccessDeniedException",
    `${operation} is for the account ${operatorAccount}, which this server was set up with.`,
  );
}

const view = (record: DeliveryRecord): DeliveryView => ({
  Id: record.id,
  MessageId: record.messageId,
  Kind: record.kind,
  TargetArn: record.lane.split(" ")[1] ?? "",
  Attempts: record.attempts,
  CreatedAt: record.createdAt,
  DueAt: record.dueAt,
  ...(record.givenUpAt !== undefined && { GivenUpAt: record.givenUpAt }),
  ...(record.lastError !== undefined && { LastError: record.lastError }),
});
