import { compileExpression } from "./compile-expression.ts";
import { HIDDEN, type Pipeline } from "./compile-step.ts";
import {
  collapsed,
  generalised,
  MAX_FORMS,
  markKinds,
  severity,
  shape,
  shown,
  tokens,
  within,
  words,
} from "./pattern.ts";
import { comparedRange } from "./period-before.ts";
import type { Step } from "./plan.ts";
import { RowScope } from "./row-scope.ts";
import { Layer } from "./sql-layer.ts";
import { asText, number, text } from "./sql-value.ts";

/** Replaces the rows by their patterns; pattern.ts tells how they are found. */
export function compilePattern(step: Extract<Step, { kind: "pattern" }>, pipeline: Pipeline): void {
  const { scope, run, counter } = pipeline;
  const source = compileExpression(step.source, scope, run);
  const message = source.type === "missing" ? "''" : `ifNull(${asText(source)}, '')`;
  if (source.type !== "missing" && source.nullable) scope.layer.where.push(`isNotNull(${asText(source)})`);
  if (source.type === "missing") scope.layer.where.push("0");
  const above = (layer: Layer) => new Layer(layer, counter);

  const time = scope.defined(HIDDEN.time)?.sql;
  const counts =
    step.compare === undefined || time === undefined
      ? ["count()"]
      : [run, comparedRange(step.compare, run)].map(
          (range) => `countIf(${within(time, range.startTimeMs, range.endTimeMs)})`,
        );

  const forms = above(scope.layer);
  forms.groupBy = [scope.layer.column(collapsed(message))];
  const sample = forms.column(`any(${scope.layer.column(message)})`);
  // Counts read the events' own columns, which the layer below only passes on.
  if (time !== undefined) scope.layer.column(time);
  const formCounts = counts.map((count) => forms.column(count));

  const marked = above(forms);
  const form = marked.column(markKinds(sample));
  marked.groupBy = [form];
  const sums = formCounts.map((count) => marked.column(`sum(${count})`));
  const weight = marked.column(`sum(${formCounts.join(" + ")})`);
  marked.orderBy = [`${weight} DESC`, form];
  marked.limit = MAX_FORMS;

  const split = above(marked);
  const list = split.column(tokens(form));
  const carried = [form, weight, ...sums];
  for (const column of carried) split.column(column);

  const parts = above(split);
  const wordList = parts.column(words(list));
  const shapeName = parts.column(shape(list));
  for (const column of carried) parts.column(column);

  const exploded = above(parts);
  const at = counter.next();
  exploded.arrayJoin = `if(empty(${wordList}), [1], arrayEnumerate(${wordList})) AS ${at}`;
  for (const column of [...carried, shapeName]) exploded.column(column);
  const position = exploded.column(`toUInt32(${at})`);
  const word = exploded.column(`${wordList}[${at}]`);
  const before = exploded.column(`if(${at} = 1, '', ${wordList}[toInt64(${at}) - 1])`);
  const after = exploded.column(`${wordList}[${at} + 1]`);

  const judged = above(exploded);
  for (const column of [...carried, shapeName, position, word]) judged.column(column);
  const settled = judged.column(generalised(word, `${shapeName}, ${position}`, [before, after], weight));

  const joined = above(judged);
  joined.groupBy = [form];
  const whole = joined.column(
    `arrayMap(p -> p.2, arraySort(arrayFilter(p -> p.2 != '', groupArray((${position}, ${settled})))))`,
  );
  const shapeOf = joined.column(`any(${shapeName})`);
  const totals = sums.map((sum) => joined.column(`any(${sum})`));

  const patterns = above(joined);
  const pattern = patterns.column(shown(shapeOf, whole));
  patterns.groupBy = [pattern];
  const [current = "0", previous] = totals.map((total) => patterns.column(`sum(${total})`));

  const result = new RowScope({ layer: above(patterns) });
  const { layer } = result;
  const of = (sql: string) => layer.fromSource(sql);
  result.define("@pattern", text(of(pattern), false));
  result.define("@sampleCount", number(`toFloat64(${of(current)})`, false));
  result.define("@severityLabel", text(severity(of(pattern)), false));
  const difference = previous === undefined ? undefined : `(toFloat64(${of(current)}) - toFloat64(${of(previous)}))`;
  if (previous === undefined || difference === undefined) {
    const total = patterns.column(`sum(${current}) OVER ()`);
    result.define("@ratio", number(`toFloat64(${of(current)}) / toFloat64(${of(total)})`, false));
  } else {
    result.define("@previousCount", number(`toFloat64(${of(previous)})`, false));
    result.define("@differenceCount", number(difference, false));
    result.define(
      "@differenceDescription",
      text(
        `multiIf(${of(previous)} = 0, 'New', ${of(current)} = 0, 'Gone', ${difference} > 0, 'More', ${difference} < 0, 'Fewer', 'Equal')`,
        false,
      ),
    );
  }
  pipeline.scope = result;
  const weightOf = difference === undefined ? of(current) : `abs(${difference})`;
  pipeline.groupKeys = [
    { sql: weightOf, direction: "DESC" },
    { sql: of(pattern), direction: "ASC" },
  ];
}
