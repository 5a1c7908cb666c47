/** Conditions of a key policy's statement: parsed once, then asked of requests. */

export type ConditionValues = (key: string) => readonly string[] | undefined;

export interface Condition {
  /** As written, such as `ForAnyValue:StringLikeIfExists`. */
  readonly operator: string;
  readonly key: string;
  holds(values: ConditionValues): boolean;
}

type Comparison = (value: string, wanted: string) => boolean;

const number =
  (compare: (a: number, b: number) => boolean): Comparison =>
  (value, wanted) =>
    value.trim() !== "" && compare(Number(value), Number(wanted));

/** Of each operator what it compares by, and whether it holds when nothing is equal. */
const OPERATORS: Readonly<Record<string, { readonly compare: Comparison; readonly not?: true }>> = {
  StringEquals: { compare: (a, b) => a === b },
  StringNotEquals: { compare: (a, b) => a === b, not: true },
  StringEqualsIgnoreCase: { compare: (a, b) => a.toLowerCase() === b.toLowerCase() },
  StringNotEqualsIgnoreCase: { compare: (a, b) => a.toLowerCase() === b.toLowerCase(), not: true },
  StringLike: { compare: isLike },
  StringNotLike: { compare: isLike, not: true },
  ArnEquals: { compare: isLikeArn },
  ArnLike: { compare: isLikeArn },
  ArnNotEquals: { compare: isLikeArn, not: true },
  ArnNotLike: { compare: isLikeArn, not: true },
  Bool: { compare: (a, b) => a.toLowerCase() === b.toLowerCase() },
  NumericEquals: { compare: number((a, b) => a === b) },
  NumericNotEquals: { compare: number((a, b) => a === b), not: true },
  NumericLessThan: { compare: number((a, b) => a < b) },
  NumericLessThanEquals: { compare: number((a, b) => a <= b) },
  NumericGreaterThan: { compare: number((a, b) => a > b) },
  NumericGreaterThanEquals: { compare: number((a, b) => a >= b) },
};

/** Undefined for an operator that is not known here: a policy with such a one must be refused, never half obeyed. */
export function readCondition(operator: string, key: string, wanted: readonly string[]): Condition | undefined {
  const [, quantifier, name = "", ifExists] = /^(?:(ForAnyValue|ForAllValues):)?(.*?)(IfExists)?$/.exec(operator) ?? [];
  if (name === "Null" && quantifier === undefined && ifExists === undefined) {
    return { operator, key, holds: (values) => wanted.includes(String(values(key) === undefined)) };
  }
  const known = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  if (known === undefined) return undefined;
  const { compare, not = false } = known;
  const matches = (value: string) => wanted.some((one) => compare(value, one)) !== not;
  return {
    operator,
    key,
    holds(values) {
      const found = values(key);
      // A negated operator holds for a key without value, as do IfExists and ForAllValues (IAM user guide, "Condition operators").
      if (found === undefined || found.length === 0) {
        return quantifier === "ForAllValues" || ifExists !== undefined || (quantifier === undefined && not);
      }
      if (quantifier === "ForAllValues") return found.every(matches);
      if (quantifier === "ForAnyValue") return found.some(matches);
      return not ? found.every(matches) : found.some(matches);
    },
  };
}

/** `*` is any text, `?` one character. Linear in both for each star, without a regular expression. */
export function isLike(text: string, pattern: string): boolean {
  let at = 0;
  let inPattern = 0;
  let star = -1;
  let resume = 0;
  while (at < text.length) {
    if (pattern[inPattern] === "*") {
      star = inPattern++;
      resume = at;
    } else if (pattern[inPattern] === "?" || pattern[inPattern] === text[at]) {
      inPattern += 1;
      at += 1;
    } else if (star >= 0) {
      inPattern = star + 1;
      at = ++resume;
    } else return false;
  }
  while (pattern[inPattern] === "*") inPattern += 1;
  return inPattern === pattern.length;
}

/** Each of the six parts by itself, so that no star reaches over a colon of the first five. */
function isLikeArn(text: string, pattern: string): boolean {
  if (pattern === "*") return true;
  const [parts, wanted] = [splitArn(text), splitArn(pattern)];
  return parts.length === 6 && wanted.length === 6 && wanted.every((part, at) => isLike(parts[at] ?? "", part));
}

const splitArn = (arn: string): readonly string[] => {
  const parts = arn.split(":");
  return parts.length < 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(":")];
};
