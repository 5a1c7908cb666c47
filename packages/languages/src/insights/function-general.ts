import type { ScalarFunction } from "./function.ts";
import { asCondition, asNumber, asText, boolean, isPresent, MISSING, number, text, type Value } from "./sql-value.ts";

/** Brings alternatives to one type: theirs when they agree, text otherwise. */
function unify(values: readonly Value[]): {
  readonly values: readonly string[];
  readonly wrap: (sql: string) => Value;
} {
  const present = values.filter((value) => value.type !== "missing");
  const [first] = present;
  if (first === undefined) return { values: values.map(() => "NULL"), wrap: () => MISSING };
  if (present.every((value) => value.type === first.type)) {
    const { type } = first;
    return { values: values.map((value) => value.sql), wrap: (sql) => ({ sql, type, nullable: true }) };
  }
  if (present.every((value) => value.type === "number" || value.type === "boolean")) {
    return { values: values.map(asNumber), wrap: (sql) => number(sql) };
  }
  return { values: values.map(asText), wrap: (sql) => text(sql) };
}

function choose(conditions: readonly Value[], results: readonly Value[]): Value {
  const unified = unify(results);
  const branches = conditions.map(
    (condition, index) => `${asCondition(condition)}, ${unified.values[index] ?? "NULL"}`,
  );
  return unified.wrap(`multiIf(${branches.join(", ")}, ${unified.values[conditions.length] ?? "NULL"})`);
}

function caseOf(args: readonly Value[]): Value {
  const conditions: Value[] = [];
  const results: Value[] = [];
  for (let index = 0; index + 1 < args.length; index += 2) {
    const condition = args[index];
    const result = args[index + 1];
    if (condition !== undefined) conditions.push(condition);
    if (result !== undefined) results.push(result);
  }
  const fallback = args.length % 2 === 1 ? args.at(-1) : undefined;
  return choose(conditions, [...results, fallback ?? MISSING]);
}

export const generalFunctions: readonly ScalarFunction[] = [
  {
    name: "ispresent",
    minimum: 1,
    maximum: 1,
    compile: ([subject]) => boolean(subject === undefined ? "0" : isPresent(subject)),
  },
  {
    name: "coalesce",
    minimum: 1,
    maximum: 50,
    compile: (args) => {
      const unified = unify(args);
      return unified.wrap(`coalesce(${unified.values.join(", ")})`);
    },
  },
  {
    name: "if",
    minimum: 3,
    maximum: 3,
    compile: ([condition, yes, no]) => choose([condition ?? MISSING], [yes ?? MISSING, no ?? MISSING]),
  },
  // Ten branches and a default, AWS's bound.
  { name: "case", minimum: 2, maximum: 21, compile: caseOf },
  {
    name: "messageSize",
    minimum: 1,
    maximum: 1,
    compile: ([subject]) => number(`toFloat64(length(${asText(subject ?? MISSING)}))`),
  },
];
