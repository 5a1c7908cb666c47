import { asciiLower } from "./glob.ts";
import type { ConditionNode, OperatorName, PolicyVersion } from "./nodes.ts";
import { arnPattern, freePattern } from "./pattern.ts";
import { readAddress, readDate, readNumber, readRange } from "./scalar.ts";
import { compileTemplate, type FilledPart, type TextMatcher } from "./template.ts";

/** An operator without its negation: `positive` is what it compares by. */
export interface Comparison {
  readonly positive: Exclude<OperatorName, NegatedName | "Null">;
  readonly negated: boolean;
}

type NegatedName =
  | "StringNotEquals"
  | "StringNotEqualsIgnoreCase"
  | "StringNotLike"
  | "NumericNotEquals"
  | "DateNotEquals"
  | "NotIpAddress"
  | "ArnNotEquals"
  | "ArnNotLike";

const NEGATED: Readonly<Record<NegatedName, Comparison["positive"]>> = {
  StringNotEquals: "StringEquals",
  StringNotEqualsIgnoreCase: "StringEqualsIgnoreCase",
  StringNotLike: "StringLike",
  NumericNotEquals: "NumericEquals",
  DateNotEquals: "DateEquals",
  NotIpAddress: "IpAddress",
  ArnNotEquals: "ArnEquals",
  ArnNotLike: "ArnLike",
};

const isNegated = (operator: OperatorName): operator is NegatedName => operator in NEGATED;

export function comparisonOf(operator: Exclude<OperatorName, "Null">): Comparison {
  return isNegated(operator) ? { positive: NEGATED[operator], negated: true } : { positive: operator, negated: false };
}

/** Says whether a value of the request fits one value of the condition; what cannot be compared does not fit. */
export function compileComparison(
  { positive }: Comparison,
  { values }: ConditionNode,
  version: PolicyVersion,
  unresolved: boolean,
): TextMatcher {
  const texts = (build: (parts: readonly FilledPart[]) => (candidate: string) => boolean): TextMatcher =>
    oneOf(values.map((value) => compileTemplate(value, version, unresolved, build)));
  switch (positive) {
    case "StringEquals":
      return texts((parts) => {
        const wanted = plain(parts);
        return (candidate) => candidate === wanted;
      });
    case "StringEqualsIgnoreCase":
      return texts((parts) => {
        const wanted = asciiLower(plain(parts));
        return (candidate) => asciiLower(candidate) === wanted;
      });
    case "StringLike":
      return texts(freePattern);
    case "ArnEquals":
    case "ArnLike":
      return texts(arnPattern);
    case "Bool": {
      const wanted = values.map(asciiLower);
      return (candidate) => wanted.includes(asciiLower(candidate));
    }
    case "BinaryEquals": {
      const wanted = values.map(bytesOf);
      return (candidate) => {
        const given = bytesOf(candidate);
        return given !== undefined && wanted.includes(given);
      };
    }
    case "IpAddress": {
      const ranges = values.map(readRange);
      return (candidate) => {
        const address = readAddress(candidate);
        return address !== undefined && ranges.some((range) => range?.(address));
      };
    }
    default: {
      const read = positive.startsWith("Date") ? readDate : readNumber;
      const wanted = values.map(read);
      const compare = ORDER[positive.replace(/^(?:Date|Numeric)/, "")];
      return (candidate) => {
        const given = read(candidate);
        return given !== undefined && wanted.some((one) => one !== undefined && compare?.(given, one));
      };
    }
  }
}

const ORDER: Readonly<Record<string, (given: number, wanted: number) => boolean>> = {
  Equals: (given, wanted) => given === wanted,
  LessThan: (given, wanted) => given < wanted,
  LessThanEquals: (given, wanted) => given <= wanted,
  GreaterThan: (given, wanted) => given > wanted,
  GreaterThanEquals: (given, wanted) => given >= wanted,
};

const plain = (parts: readonly FilledPart[]): string => parts.map(({ text }) => text).join("");

function oneOf(matchers: readonly TextMatcher[]): TextMatcher {
  const [first] = matchers;
  if (matchers.length === 1 && first !== undefined) return first;
  return (candidate, context) => matchers.some((matches) => matches(candidate, context));
}

/** What base64 stands for, a character a byte; undefined for what is none. */
function bytesOf(base64: string): string | undefined {
  try {
    return atob(base64);
  } catch {
    // `atob` throws for what is no base64, and only then.
    return undefined;
  }
}
