import type { ListShape, MapShape, Shape, SimpleShape } from "../model/shape.ts";

/**
 * AWS's constraints on one value, and the sentences in which AWS reports them. The sentences follow public issue reports: `Member must have length less than or equal to 512`.
 */
export interface Check<T> {
  /** What the constraint demands, whatever the value. */
  readonly demand: string;
  readonly holds: (value: T) => boolean;
}

/**
 * Patterns come from AWS's models and are not proven to match in linear time. Where the model sets a length, longer text
 * is refused for that and never matched; where it sets none, text longer than this fails the pattern.
 */
const LONGEST_UNBOUNDED = 65_536;

/** What AWS's expressions cannot say in JavaScript. */
const PATTERN_OVERRIDES: Readonly<Record<string, RegExp>> = { "(?s).*": /^[\s\S]*$/, "(?s).+": /^[\s\S]+$/ };

export function stringChecks(shape: SimpleShape): Check<string>[] {
  const checks: Check<string>[] = [];
  if (shape.enum) {
    const values = new Set(shape.enum);
    checks.push({
      demand: enumDemand(shape.enum),
      holds: (value) => values.has(value),
    });
  }
  if (shape.pattern !== undefined) {
    const expression = wholeMatch(shape.pattern);
    // With more than twice as many code units as it may have code points, the text is too long and is reported for that.
    const longest = shape.max === undefined ? LONGEST_UNBOUNDED : 2 * shape.max;
    const holds = (value: string) => (value.length > longest ? shape.max !== undefined : expression.test(value));
    checks.push({ demand: patternDemand(shape.pattern), holds });
  }
  checks.push(
    ...bounds<string>(
      shape,
      "length",
      (value, max) => value.length <= max || characters(value) <= max,
      (value, min) => value.length >= 2 * min || characters(value) >= min,
    ),
  );
  return checks;
}

/** Smithy counts a string's length in code points, of which there are half as many as code units to exactly as many. */
function characters(value: string): number {
  let count = value.length;
  for (let i = 0; i < value.length - 1; i++) {
    const pair = (value.charCodeAt(i) & 0xfc00) === 0xd800 && (value.charCodeAt(i + 1) & 0xfc00) === 0xdc00;
    if (pair) {
      count--;
      i++;
    }
  }
  return count;
}

export const numberChecks = (shape: SimpleShape): Check<number>[] =>
  bounds<number>(
    shape,
    "value",
    (value, max) => value <= max,
    (value, min) => value >= min,
  );

export const blobChecks = (shape: SimpleShape): Check<Uint8Array>[] =>
  bounds<Uint8Array>(
    shape,
    "length",
    (value, max) => value.byteLength <= max,
    (value, min) => value.byteLength >= min,
  );

export const listChecks = (shape: ListShape): Check<readonly unknown[]>[] =>
  bounds<readonly unknown[]>(
    shape,
    "length",
    (value, max) => value.length <= max,
    (value, min) => value.length >= min,
  );

export const mapChecks = (shape: MapShape): Check<object>[] =>
  bounds<object>(
    shape,
    "length",
    (value, max) => Object.keys(value).length <= max,
    (value, min) => Object.keys(value).length >= min,
  );

function bounds<T>(
  shape: { readonly min: number | undefined; readonly max: number | undefined },
  word: "length" | "value",
  atMost: (value: T, max: number) => boolean,
  atLeast: (value: T, min: number) => boolean,
): Check<T>[] {
  const checks: Check<T>[] = [];
  const { min, max } = shape;
  if (max !== undefined)
    checks.push({
      demand: `Member must have ${word} less than or equal to ${max}`,
      holds: (value) => atMost(value, max),
    });
  // No length is below zero, so a minimum of zero demands nothing.
  if (min !== undefined && !(word === "length" && min === 0)) {
    checks.push({
      demand: `Member must have ${word} greater than or equal to ${min}`,
      holds: (value) => atLeast(value, min),
    });
  }
  return checks;
}

export function wholeMatch(pattern: string): RegExp {
  const override = PATTERN_OVERRIDES[pattern];
  if (override) return override;
  try {
    return new RegExp(`^(?:${pattern})$`, "u");
  } catch {
    return new RegExp(`^(?:${pattern})$`);
  }
}

/** The longest value that is quoted in a message; AWS quotes without bound, and a batch of events would be a megabyte. */
const LONGEST_QUOTE = 1024;

/** A value as AWS's messages show it: strings bare, lists in brackets, maps in braces. */
export function quote(value: unknown): string {
  if (value === undefined || value === null) return "null";
  const text = plain(value, 0);
  return `'${text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text}'`;
}

function plain(value: unknown, depth: number): string {
  if (typeof value === "string") return value.length > LONGEST_QUOTE ? value.slice(0, LONGEST_QUOTE + 1) : value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `${value.byteLength} bytes`;
  if (depth > 3) return "…";
  if (Array.isArray(value)) {
    return `[${value
      .slice(0, LONGEST_QUOTE)
      .map((item) => plain(item, depth + 1))
      .join(", ")}]`;
  }
  if (typeof value === "object" && value !== null) {
    return `{${Object.entries(value)
      .slice(0, LONGEST_QUOTE)
      .map(([key, item]) => `${key}=${plain(item, depth + 1)}`)
      .join(", ")}}`;
  }
  return String(value);
}

/** Whether AWS reports a failing element of a collection on the collection: it does for everything but structures. */
export const reportsOnCollection = (shape: Shape): boolean =>
  shape.kind !== "structure" && shape.kind !== "list" && shape.kind !== "map";

/** All that a simple shape demands, in the order in which AWS lists it for a collection's elements. */
export function demandsOf(shape: Shape): readonly string[] {
  if (!("pattern" in shape)) return [];
  const word = shape.kind === "string" || shape.kind === "blob" ? "length" : "value";
  const demands: string[] = [];
  if (shape.max !== undefined) demands.push(`Member must have ${word} less than or equal to ${shape.max}`);
  if (shape.min !== undefined) demands.push(`Member must have ${word} greater than or equal to ${shape.min}`);
  if (shape.pattern !== undefined) demands.push(patternDemand(shape.pattern));
  if (shape.enum) demands.push(enumDemand(shape.enum));
  return demands;
}

const patternDemand = (pattern: string) => `Member must satisfy regular expression pattern: ${pattern}`;
const enumDemand = (values: readonly string[]) => `Member must satisfy enum value set: [${values.join(", ")}]`;
