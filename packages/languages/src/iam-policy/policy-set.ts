import type { CompiledPolicy, CompiledStatement, PolicyOrigin, StatementRef } from "./compile.ts";
import type { RequestContext } from "./context.ts";
import { asciiLower } from "./glob.ts";
import { serviceOf } from "./match-action.ts";
import type { PrincipalMatch } from "./match-principal.ts";
import type { Requester } from "./requester.ts";

/** Policies of one kind that hold together, such as all identity policies of a user: made once, asked often. */
export interface PolicySet {
  readonly origins: readonly PolicyOrigin[];
  /** The statements that may be about actions of a service: a set of many policies is asked only for these. */
  statementsFor(service: string): Statements;
}

interface Statements {
  readonly denials: readonly CompiledStatement[];
  readonly allowances: readonly CompiledStatement[];
}

export function policySet(policies: readonly CompiledPolicy[]): PolicySet {
  const all = policies.flatMap(({ statements }) => statements);
  const general = all.filter(({ services }) => services === undefined);
  const known = new Map<string, Statements>();
  for (const service of new Set(all.flatMap(({ services }) => services ?? []))) {
    known.set(service, byEffect(all.filter(({ services }) => services === undefined || services.includes(service))));
  }
  const others = byEffect(general);
  return Object.freeze({
    origins: Object.freeze(policies.map(({ origin }) => origin)),
    statementsFor: (service: string) => known.get(service) ?? others,
  });
}

/** A set that allows nothing. */
export const NO_POLICIES: PolicySet = policySet([]);

function byEffect(statements: readonly CompiledStatement[]): Statements {
  return {
    denials: statements.filter(({ ref }) => ref.effect === "Deny"),
    allowances: statements.filter(({ ref }) => ref.effect === "Allow"),
  };
}

/** What a set is asked. */
export interface Question {
  readonly requester: Requester;
  readonly bounded: boolean;
  /** Lower case. */
  readonly action: string;
  readonly resource: string;
  readonly context: RequestContext;
}

/** The first statement that denies. */
export function denialIn(set: PolicySet | undefined, question: Question): StatementRef | undefined {
  if (set === undefined) return undefined;
  for (const statement of set.statementsFor(serviceOf(question.action)).denials) {
    if (holds(statement, question) !== undefined) return statement.ref;
  }
  return undefined;
}

export interface Allowance {
  readonly statement: StatementRef;
  readonly match: PrincipalMatch;
}

/** The statement that allows the most: one that names the requester itself before its issuer, and that before its account. */
export function allowanceIn(set: PolicySet, question: Question): Allowance | undefined {
  let found: Allowance | undefined;
  for (const statement of set.statementsFor(serviceOf(question.action)).allowances) {
    const match = holds(statement, question);
    if (match === undefined) continue;
    if (match === "direct") return { statement: statement.ref, match };
    if (found === undefined || (match === "issuer" && found.match === "account")) {
      found = { statement: statement.ref, match };
    }
  }
  return found;
}

/** All statements that apply to a request, whatever the decision: for simulations and explanations. */
export function statementsIn(set: PolicySet, question: Omit<Question, "bounded"> & { bounded?: boolean }) {
  const asked = { ...question, bounded: question.bounded ?? false, action: asciiLower(question.action) };
  const { denials, allowances } = set.statementsFor(serviceOf(asked.action));
  return [...denials, ...allowances].filter((one) => holds(one, asked) !== undefined).map(({ ref }) => ref);
}

function holds(statement: CompiledStatement, question: Question): PrincipalMatch | undefined {
  const { principal } = statement;
  const match = principal === undefined ? "direct" : principal(question.requester, question.bounded);
  if (match === undefined) return undefined;
  return statement.applies(question.action, question.resource, question.context) ? match : undefined;
}
