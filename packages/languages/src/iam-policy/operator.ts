import type { OperatorName } from "./nodes.ts";

export const OPERATORS: readonly OperatorName[] = [
  "StringEquals",
  "StringNotEquals",
  "StringEqualsIgnoreCase",
  "StringNotEqualsIgnoreCase",
  "StringLike",
  "StringNotLike",
  "NumericEquals",
  "NumericNotEquals",
  "NumericLessThan",
  "NumericLessThanEquals",
  "NumericGreaterThan",
  "NumericGreaterThanEquals",
  "DateEquals",
  "DateNotEquals",
  "DateLessThan",
  "DateLessThanEquals",
  "DateGreaterThan",
  "DateGreaterThanEquals",
  "Bool",
  "BinaryEquals",
  "IpAddress",
  "NotIpAddress",
  "ArnEquals",
  "ArnNotEquals",
  "ArnLike",
  "ArnNotLike",
  "Null",
];

const BY_NAME: ReadonlyMap<string, OperatorName> = new Map(OPERATORS.map((name) => [name.toLowerCase(), name]));
const FORM = /^(?:(ForAnyValue|ForAllValues):)?([A-Za-z]+?)(IfExists)?$/i;

export interface OperatorText {
  readonly operator: OperatorName;
  readonly quantifier: "any" | "all" | undefined;
  readonly ifExists: boolean;
}

/** Reads an operator such as `ForAnyValue:StringLikeIfExists`; undefined for what is none. */
export function readOperator(text: string): OperatorText | undefined {
  const [, prefix, name = "", suffix] = FORM.exec(text) ?? [];
  const operator = BY_NAME.get(name.toLowerCase());
  if (operator === undefined || (operator === "Null" && suffix !== undefined)) return undefined;
  const quantifier = prefix === undefined ? undefined : prefix.toLowerCase() === "foranyvalue" ? "any" : "all";
  return { operator, quantifier, ifExists: suffix !== undefined };
}
