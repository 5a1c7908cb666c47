import type { Authority } from "../../../platform/access/authority.ts";
import { questionOf } from "../../../platform/access/question.ts";
import type { ServiceRoles } from "../../../platform/service-roles/service-roles.ts";
import type { Resource, State } from "../../../platform/state/state.ts";
import { groupNeed, logsAccess } from "../access.ts";
import type { LogGroup } from "../groups/log-group.ts";
import type { LogsCall } from "../operation.ts";

/** For queries that choose their groups themselves. Those that a call names were asked for before it came here. */
export interface QueryRights {
  /** Throws when the caller may not query one of the groups. */
  require(call: LogsCall, groups: readonly Resource<LogGroup>[]): void;
  /** Why the service can't take this role on for a scheduled query, for the user to read; undefined when it can. */
  roleRefusal(account: string, roleArn: string, scheduledQueryArn: string): string | undefined;
}

const LOGS_SERVICE = "logs.amazonaws.com";

export function queryRights({
  authority,
  state,
  roles,
}: {
  readonly authority: Authority;
  readonly state: State;
  readonly roles: ServiceRoles;
}): QueryRights {
  const access = logsAccess({ state });
  return {
    require(call, groups) {
      for (const { ref } of groups) {
        const answer = authority.ask(questionOf(call, groupNeed("StartQuery", ref, ref.key), access));
        if (!answer.allowed) throw call.error("AccessDeniedException", answer.message);
      }
    },
    roleRefusal: (account, roleArn, sourceArn) =>
      roles.refusal({ account, roleArn, sourceArn, service: LOGS_SERVICE, actions: [], resource: roleArn }),
  };
}
