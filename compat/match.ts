/**
 * Whether an answer is the expected one.
 *
 * Objects match partially (members that are not named are not looked at), lists exactly, scalars exactly.
 * Texts in angle brackets and objects with a `$` member ask for something else; README.md lists them.
 */

import { fill, fillText, type Scope } from "./expression.ts";
import { type Fields, isFields, isList, show, type Value } from "./value.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** How far a `<recent>` time may be from now: clocks of two machines, a slow call, a scenario that waits. */
const RECENT_MS = 10 * 60_000;

const CAPTURE = /^<capture (?<name>[A-Za-z_]\w*)(?: (?<rest>.+))?>$/;

type Test = (actual: Value) => boolean;

const KINDS: ReadonlyMap<string, Test> = new Map<string, Test>([
  ["<any>", () => true],
  ["<string>", (actual) => typeof actual === "string"],
  ["<number>", (actual) => typeof actual === "number"],
  ["<boolean>", (actual) => typeof actual === "boolean"],
  ["<uuid>", (actual) => typeof actual === "string" && UUID.test(actual)],
  ["<recent>", (actual) => typeof actual === "number" && Math.abs(actual - Date.now()) <= RECENT_MS],
]);

const escapeRegex = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

/**
 * Compares `actual` (undefined: the member is missing) with `expected`, and adds what `<capture …>` finds to `scope`.
 * Returns one line for each difference, each beginning with the path; none when it matches.
 */
export function differences(expected: Value, actual: Value | undefined, scope: Scope, path = "answer"): string[] {
  if (expected === "<absent>") return actual === undefined ? [] : [`${path}: expected nothing, found ${show(actual)}`];
  if (isFields(expected) && expected.$absentOr !== undefined) {
    return actual === undefined ? [] : differences(expected.$absentOr, actual, scope, path);
  }
  if (actual === undefined) return [`${path}: missing, expected ${show(fill(expected, scope))}`];
  if (typeof expected === "string") return textDifferences(expected, actual, scope, path);
  if (isList(expected)) return listDifferences(expected, actual, scope, path);
  if (isFields(expected)) return fieldsDifferences(expected, actual, scope, path);
  return same(expected, actual, path);
}

function same(expected: Value, actual: Value, path: string): string[] {
  // Values are compared through JSON, so that captured lists and objects can be expected again.
  return JSON.stringify(expected) === JSON.stringify(actual)
    ? []
    : [`${path}: expected ${show(expected)}, found ${show(actual)}`];
}

function textDifferences(expected: string, actual: Value, scope: Scope, path: string): string[] {
  const capture = CAPTURE.exec(expected)?.groups;
  if (capture?.name !== undefined) {
    const found = differences(capture.rest ?? "<any>", actual, scope, path);
    if (found.length === 0) scope.set(capture.name, actual);
    return found;
  }
  const kind = KINDS.get(expected);
  if (kind !== undefined) return kind(actual) ? [] : [`${path}: expected ${expected}, found ${show(actual)}`];
  if (/^<[a-z]+( .*)?>$/.test(expected)) return [`${path}: the scenario uses an unknown matcher ${expected}`];
  if (expected.length > 2 && expected.startsWith("/") && expected.endsWith("/")) {
    const source = String(fillText(expected.slice(1, -1), scope, escapeRegex));
    return typeof actual === "string" && new RegExp(source, "us").test(actual)
      ? []
      : [`${path}: expected /${source}/, found ${show(actual)}`];
  }
  return same(fillText(expected, scope), actual, path);
}

function listDifferences(expected: readonly Value[], actual: Value, scope: Scope, path: string): string[] {
  if (!isList(actual)) return [`${path}: expected a list, found ${show(actual)}`];
  if (actual.length !== expected.length) {
    return [`${path}: expected ${expected.length} items, found ${actual.length}: ${show(actual)}`];
  }
  return expected.flatMap((item, at) => differences(item, actual[at], scope, `${path}[${at}]`));
}

/** Finds a different item of `actual` for each of `expected`; greedy, so put the most particular expectation first. */
function pickEach(expected: readonly Value[], actual: readonly Value[], scope: Scope, path: string): string[] {
  const left = [...actual];
  return expected.flatMap((item) => {
    const at = left.findIndex((candidate) => differences(item, candidate, new Map(scope), path).length === 0);
    const [found] = at < 0 ? [undefined] : left.splice(at, 1);
    if (found === undefined) return [`${path}: nothing matches ${show(item)} among ${show(actual)}`];
    return differences(item, found, scope, path);
  });
}

type Operator = (operand: Value, actual: Value, scope: Scope, path: string) => string[];

function overList(check: (operand: Value, actual: readonly Value[], scope: Scope, path: string) => string[]): Operator {
  return (operand, actual, scope, path) =>
    isList(actual) ? check(operand, actual, scope, path) : [`${path}: expected a list, found ${show(actual)}`];
}

function overNumber(holds: (actual: number, bound: number) => boolean, name: string): Operator {
  return (operand, actual, scope, path) => {
    const bound = fill(operand, scope);
    return typeof actual === "number" && typeof bound === "number" && holds(actual, bound)
      ? []
      : [`${path}: expected ${name} ${show(bound)}, found ${show(actual)}`];
  };
}

const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ["$is", (operand, actual, scope, path) => same(fill(operand, scope), actual, path)],
  [
    "$not",
    (operand, actual, scope, path) =>
      differences(operand, actual, new Map(scope), path).length > 0 ? [] : [`${path}: unexpectedly ${show(operand)}`],
  ],
  ["$atLeast", overNumber((actual, bound) => actual >= bound, "at least")],
  ["$atMost", overNumber((actual, bound) => actual <= bound, "at most")],
  [
    "$contains",
    overList((operand, actual, scope, path) => pickEach(isList(operand) ? operand : [operand], actual, scope, path)),
  ],
  [
    "$unordered",
    overList((operand, actual, scope, path) => {
      const items = isList(operand) ? operand : [operand];
      return items.length === actual.length
        ? pickEach(items, actual, scope, path)
        : [`${path}: expected ${items.length} items in any order, found ${actual.length}: ${show(actual)}`];
    }),
  ],
  ["$length", overList((operand, actual, scope, path) => differences(operand, actual.length, scope, `${path}.length`))],
  [
    "$each",
    overList((operand, actual, scope, path) =>
      actual.flatMap((item, at) => differences(operand, item, scope, `${path}[${at}]`)),
    ),
  ],
  [
    "$exact",
    (operand, actual, scope, path) => {
      const extra =
        isFields(operand) && isFields(actual)
          ? Object.keys(actual).filter((name) => !Object.hasOwn(operand, name))
          : [];
      return [
        ...extra.map((name) => `${path}.${name}: expected no such member, found ${show((actual as Fields)[name])}`),
        ...differences(operand, actual, scope, path),
      ];
    },
  ],
]);

function fieldsDifferences(expected: Fields, actual: Value, scope: Scope, path: string): string[] {
  const operators = Object.keys(expected).filter((name) => name.startsWith("$") && !name.startsWith("${"));
  if (operators.length > 0) {
    return operators.flatMap((name) => {
      const operator = OPERATORS.get(name);
      if (operator === undefined) return [`${path}: the scenario uses an unknown matcher ${name}`];
      return operator(expected[name] ?? null, actual, scope, path);
    });
  }
  if (!isFields(actual)) return [`${path}: expected an object, found ${show(actual)}`];
  return Object.entries(expected).flatMap(([template, item]) => {
    const name = String(fillText(template, scope));
    return differences(item, Object.hasOwn(actual, name) ? actual[name] : undefined, scope, `${path}.${name}`);
  });
}
