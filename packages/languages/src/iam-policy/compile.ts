import { compileCondition } from "./compile-condition.ts";
import type { RequestContext } from "./context.ts";
import { compileActions } from "./match-action.ts";
import { compilePrincipal, type PrincipalMatcher } from "./match-principal.ts";
import type { Policy, PolicyVersion, ResourcesNode, Statement } from "./nodes.ts";
import type { PolicyKind } from "./parse.ts";
import { resourcePattern } from "./pattern.ts";
import { compileTemplate } from "./template.ts";

/** Where a policy comes from, for decisions and texts. */
export interface PolicyOrigin {
  readonly kind: PolicyKind;
  /** The policy's name, or for a resource policy its resource. */
  readonly name: string;
  /** Of a managed policy. */
  readonly arn?: string;
  /** For an inline policy or one of a group: what it is attached to, as an ARN. */
  readonly attachedTo?: string;
}

/** A statement that had a part in a decision. */
export interface StatementRef {
  readonly policy: PolicyOrigin;
  /** From 0. */
  readonly index: number;
  readonly sid: string | undefined;
  readonly effect: "Allow" | "Deny";
}

export interface CompiledStatement {
  readonly ref: StatementRef;
  /** See ActionMatcher. */
  readonly services: readonly string[] | undefined;
  /** `action` in lower case. Who asks is not looked at: see `principal`. */
  applies(action: string, resource: string, context: RequestContext): boolean;
  /** Undefined in policies that name no principals. */
  readonly principal: PrincipalMatcher | undefined;
  /** Why it does not apply; undefined where it does. For people: slower than `applies`. */
  miss(action: string, resource: string, context: RequestContext): Miss | undefined;
}

/** The first part of a statement that a request does not meet. */
export type Miss =
  | { readonly part: "action" | "resource" }
  | {
      readonly part: "condition";
      /** As written. */
      readonly operator: string;
      readonly key: string;
      readonly values: readonly string[];
      /** What the request has. */
      readonly given: string | readonly string[] | undefined;
    };

/** A policy that is ready to be asked. */
export interface CompiledPolicy {
  readonly origin: PolicyOrigin;
  readonly statements: readonly CompiledStatement[];
}

export function compilePolicy(policy: Policy, origin: PolicyOrigin): CompiledPolicy {
  const known = Object.freeze({ ...origin });
  return Object.freeze({
    origin: known,
    statements: Object.freeze(policy.statements.map((statement) => compileStatement(statement, policy.version, known))),
  });
}

function compileStatement(statement: Statement, version: PolicyVersion, policy: PolicyOrigin): CompiledStatement {
  const { index, sid, effect, actions, resources, principal, conditions } = statement;
  const { services, matches } = compileActions(actions);
  const covers = resources === undefined ? () => true : compileResources(resources, version, effect);
  const tests = conditions.map((node) => compileCondition(node, version, effect));
  return Object.freeze({
    ref: Object.freeze({ policy, index, sid, effect }),
    services,
    applies(action: string, resource: string, context: RequestContext): boolean {
      if (!matches(action) || !covers(resource, context)) return false;
      for (const holds of tests) if (!holds(context)) return false;
      return true;
    },
    principal: principal === undefined ? undefined : compilePrincipal(principal),
    miss(action: string, resource: string, context: RequestContext): Miss | undefined {
      if (!matches(action)) return { part: "action" };
      if (!covers(resource, context)) return { part: "resource" };
      const failed = conditions.find((_node, at) => tests[at]?.(context) === false);
      if (failed === undefined) return undefined;
      const { text: operator, key, values } = failed;
      return { part: "condition", operator, key, values, given: context.value(key) };
    },
  });
}

/** A variable without value is handled as in conditions: it lets nobody in, neither by NotResource. */
function compileResources({ not, patterns }: ResourcesNode, version: PolicyVersion, effect: "Allow" | "Deny") {
  const unresolved = not && effect === "Allow";
  const matchers = patterns.map((text) => compileTemplate(text, version, unresolved, resourcePattern));
  return (resource: string, context: RequestContext): boolean => {
    for (const matches of matchers) if (matches(resource, context)) return !not;
    return not;
  };
}
