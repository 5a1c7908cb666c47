import type { Miss, StatementRef } from "./compile.ts";
import type { AccessRequest } from "./evaluate.ts";
import { asciiLower } from "./glob.ts";
import { serviceOf } from "./match-action.ts";

/** What became of a statement that is about the action: whether it applies, or what it wants otherwise. */
export interface Finding {
  readonly statement: StatementRef;
  /** Undefined for a statement that applies. */
  readonly miss: Miss | { readonly part: "principal" } | undefined;
}

/** All statements that are about a request's action, of all its policies, with what became of them: for people who ask why. */
export function explain(request: AccessRequest): readonly Finding[] {
  const { requester, policies, resource, context, resourcePolicy } = request;
  const action = asciiLower(request.action);
  const bounded = policies.boundary !== undefined;
  return [policies.identity, policies.boundary, policies.session, resourcePolicy].flatMap((set) => {
    if (set === undefined) return [];
    const { denials, allowances } = set.statementsFor(serviceOf(action));
    return [...denials, ...allowances].flatMap((statement): Finding[] => {
      const miss = statement.miss(action, resource, context);
      if (miss?.part === "action") return [];
      const named = statement.principal === undefined || statement.principal(requester, bounded) !== undefined;
      return [{ statement: statement.ref, miss: named ? miss : { part: "principal" } }];
    });
  });
}
