import {
  EVENT_COLUMNS,
  FUNCTION_LINE,
  JSON_IN_LINE,
  LINE_WORDS,
  type LineFormat,
  lineWords,
  MAY_BE_FUNCTION_LINE,
} from "./field.ts";
import type { FieldNode } from "./node.ts";
import type { FieldColumns } from "./scope.ts";
import { sqlString } from "./sql-quote.ts";

/**
 * A discovered field may have a column of the events table that holds what would be found in the message. The engine computes it
 * when events are inserted, and from the message where a part of the table lacks it, so that answers are the same with and without.
 */

const { message } = EVENT_COLUMNS;

/** Deeper fields stay in the message: each step costs a search at every insert. */
const MAX_STEPS = 4;
const MAX_NAME = 200;

/** The column that holds the field, if there is one. */
export function columnOf({ name, segments }: FieldNode, columns: FieldColumns | undefined): string | undefined {
  // A quoted segment with dots of its own is another field of the same name.
  return segments.join("\n") === name.split(".").join("\n") ? columns?.get(name) : undefined;
}

/** Whether the field may have a column: not the system's own, not a place in a list, and not too deep. */
export function mayHaveColumn(name: string): boolean {
  const steps = name.split(".");
  return (
    name.length <= MAX_NAME &&
    name.isWellFormed() &&
    steps.length <= MAX_STEPS &&
    steps.every((step) => step !== "" && !step.startsWith("@") && !/^[0-9]+$/.test(step)) &&
    // Names in a type are quoted by backticks; the few that need more than quotes do without a column.
    !/[`\\'"\p{C}]/u.test(name)
  );
}

/**
 * The SQL of the columns of some fields over the events table, by field. While rows are inserted the engine computes every branch of
 * a condition for all of them. So what is costly works on texts that are empty where it does not apply, and all fields of the
 * first level come from one reading of the JSON: the engine shares what is written the same. Hence the SQL of a field depends on the
 * others, its values do not.
 */
export function fieldColumnSql(names: readonly string[]): ReadonlyMap<string, string> {
  const single = [...new Set(names.flatMap(keysOfObject))];
  const type = `Tuple(${single.map((name) => `\`${name}\` Nullable(String)`).join(", ")})`;
  const fields = `JSONExtract(${JSON_TEXT}, ${sqlString(type)})`;
  return new Map(
    names.map((name) => {
      const alternatives = [
        ...lineWords(name, (format) => LINE_WORDS_WHERE_LIKELY[format]),
        ...paths(name.split(".")).map((path) => {
          const [key = "", ...deeper] = path;
          if (deeper.length === 0) return `tupleElement(${fields}, ${single.indexOf(key) + 1})`;
          return `JSONExtract(${JSON_TEXT}, ${path.map(sqlString).join(", ")}, 'Nullable(String)')`;
        }),
      ];
      return [name, alternatives.length === 1 ? alternatives.join("") : `coalesce(${alternatives.join(", ")})`];
    }),
  );
}

/** Keys of the whole object under which a field may stand: its name, dots and all. */
function keysOfObject(name: string): string[] {
  return paths(name.split(".")).flatMap(([key, ...deeper]) => (key !== undefined && deeper.length === 0 ? [key] : []));
}

/** `a.b.c` as a/b/c, a/b.c and a.b.c, in the order in which they are tried. */
function paths(steps: readonly string[]): string[][] {
  return steps.map((_step, index) => [
    ...steps.slice(0, steps.length - 1 - index),
    steps.slice(steps.length - 1 - index).join("."),
  ]);
}

function onlyWhere(condition: string): string {
  return `if(${condition}, ${message}, '')`;
}

const FUNCTION_LINES = onlyWhere(
  `${MAY_BE_FUNCTION_LINE} AND match(${onlyWhere(MAY_BE_FUNCTION_LINE)}, ${FUNCTION_LINE})`,
);

/** The message if it is JSON, the JSON in a function's line, else nothing. */
const JSON_TEXT = `if(startsWith(${message}, '{'), ${message}, extract(${FUNCTION_LINES}, ${JSON_IN_LINE}))`;

const LINE_WORDS_WHERE_LIKELY: Readonly<Record<LineFormat, string>> = {
  flow: LINE_WORDS.flow.replace(message, onlyWhere(`startsWith(${message}, '2 ')`)),
  route53: LINE_WORDS.route53.replace(message, onlyWhere(`startsWith(${message}, '1.0 ')`)),
};
