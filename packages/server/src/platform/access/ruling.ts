import type { Decision, Finding, Miss, PolicyOrigin, StatementRef } from "@nephoscope/languages/iam-policy";

/** What became of one need of a call, as the audit keeps it and people read it. Plain JSON. */
export interface Ruling {
  readonly action: string;
  readonly resource: string;
  readonly outcome: Decision["outcome"];
  /** The statements that decided; of an implicit denial those that allowed, which was not enough. */
  readonly statements: readonly StatementNote[];
  /** Denials only. */
  readonly denial?: DenialNote;
}

/** How policies are named: `identity`, `boundary`, `session`, `resource`, `trust`. */
export interface StatementNote {
  readonly kind: string;
  readonly policy: string;
  readonly arn?: string;
  readonly attachedTo?: string;
  /** From 0. */
  readonly statement: number;
  readonly sid?: string;
  readonly effect: string;
}

export interface DenialNote {
  /** The kind of policy that denies, or whose allowance is missing. */
  readonly by: string;
  readonly principal: string;
  /** A service that worked for the principal. */
  readonly via?: string;
  /** Every policy that was asked. */
  readonly asked: readonly string[];
  /** Statements about the action that did not apply, and why. */
  readonly missed: readonly (StatementNote & { readonly wants: string })[];
}

/** More would not be read, and policies may hold thousands. */
const MAX_MISSED = 30;

export function noteOf({ policy, index, sid, effect }: StatementRef): StatementNote {
  const { kind, name, arn, attachedTo } = policy;
  return {
    kind,
    policy: name,
    ...(arn !== undefined && { arn }),
    ...(attachedTo !== undefined && { attachedTo }),
    statement: index,
    ...(sid !== undefined && sid !== "" && { sid }),
    effect,
  };
}

export function missedOf(findings: readonly Finding[]): DenialNote["missed"] {
  return findings
    .flatMap(({ statement, miss }) => (miss === undefined ? [] : [{ ...noteOf(statement), wants: wants(miss) }]))
    .slice(0, MAX_MISSED);
}

export const nameOfOrigin = ({ kind, name, arn, attachedTo }: PolicyOrigin): string =>
  `${kind}: ${arn ?? (attachedTo === undefined ? name : `${name} of ${attachedTo}`)}`;

function wants(miss: Miss | { readonly part: "principal" }): string {
  if (miss.part !== "condition") return `another ${miss.part}`;
  const { operator, key, values, given } = miss;
  const has = given === undefined ? "has none" : `has ${[given].flat().map(short).join(", ")}`;
  return `${operator} ${key} ${values.map(short).join(" or ")}; the request ${has}`;
}

/** Values of requests are hostile and may be long. */
const short = (value: string): string => (value.length > 200 ? `${value.slice(0, 200)}…` : value);
