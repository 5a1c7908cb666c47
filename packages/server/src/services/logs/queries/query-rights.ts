import type { Authority } from "../../../platform/access/authority.ts";
import { questionOf } from "../../../platform/access/question.ts";
import { isCaller } from "../../../platform/identity/caller.ts";
import type { Resource, State } from "../../../platform/state/state.ts";
import { groupNeed, logsAccess } from "../access.ts";
import type { LogGroup } from "../groups/log-group.ts";
import type { LogsCall } from "../operation.ts";

/** For queries that choose their groups themselves. Those that a call names were asked for before it came here. */
export interface QueryRights {
  /** Throws when the caller may not query one of the groups. */
  require(call: LogsCall, groups: readonly Resource<LogGroup>[]): void;
}

export function queryRights({
  authority,
  state,
}: {
  readonly authority: Authority;
  readonly state: State;
}): QueryRights {
  const access = logsAccess({ state });
  return {
    require(call, groups) {
      // A scheduled query is nobody's call: who made it was allowed to query every group.
      if (!isCaller(call.principal)) return;
      for (const { ref } of groups) {
        const answer = authority.ask(questionOf(call, groupNeed("StartQuery", ref, ref.key), access));
        if (!answer.allowed) throw call.error("AccessDeniedException", answer.message);
      }
    },
  };
}
