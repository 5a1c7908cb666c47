import { findings, newWord, rank, TRACE_NAMES, type Trace, type TraceName, traces } from "./anomaly.ts";
import { compileExpression } from "./compile-expression.ts";
import type { RunTimes } from "./function.ts";
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
import { ANOMALY_COLUMNS } from "./pattern-columns.ts";
import { comparedRange } from "./period-before.ts";
import { type GroupKey, HIDDEN, type Pipeline } from "./pipeline.ts";
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
  // Other events may be in scope besides those of the two ranges.
  if (formCounts.length > 1) forms.having = `(${formCounts.join(" + ")}) > 0`;
  const wanted = step.anomalies && time !== undefined ? tracesOf(message, time, run, scope.layer) : {};
  const carry = (layer: Layer, from: Traced, how: (trace: Trace, column: string) => string): Traced =>
    mapTraces(wanted, (name, trace) => layer.column(how(trace, from[name] ?? "")));
  const formTraces = carry(forms, {}, ({ gather }) => gather);

  const marked = above(forms);
  const form = marked.column(markKinds(sample));
  marked.groupBy = [form];
  const sums = formCounts.map((count) => marked.column(`sum(${count})`));
  const markedTraces = carry(marked, formTraces, ({ merge }, column) => merge(column));
  const weight = marked.column(`sum(${formCounts.join(" + ")})`);
  marked.orderBy = [`${weight} DESC`, form];
  marked.limit = MAX_FORMS;

  const split = above(marked);
  const list = split.column(tokens(form));
  const carried = [form, weight, ...sums, ...Object.values(markedTraces)];
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

  const { history } = markedTraces;
  const fresh =
    history === undefined ? undefined : judged.column(newWord(word, `${shapeName}, ${position}, ${before}`, history));

  const joined = above(judged);
  joined.groupBy = [form];
  const whole = joined.column(
    `arrayMap(p -> p.2, arraySort(arrayFilter(p -> p.2 != '', groupArray((${position}, ${settled})))))`,
  );
  const shapeOf = joined.column(`any(${shapeName})`);
  const totals = sums.map((sum) => joined.column(`any(${sum})`));
  const joinedTraces = carry(joined, markedTraces, (_trace, column) => `any(${column})`);
  const freshWord = fresh === undefined ? undefined : joined.column(`max(${fresh})`);

  const patterns = above(joined);
  const pattern = patterns.column(shown(shapeOf, whole));
  patterns.groupBy = [pattern];
  const [current = "0", previous] = totals.map((total) => patterns.column(`sum(${total})`));

  const patternTraces = carry(patterns, joinedTraces, ({ merge }, column) => merge(column));
  const unusualWord = freshWord === undefined ? undefined : patterns.column(`max(${freshWord})`);

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
  const anomalous = defineAnomalies(result, pattern, patternTraces, unusualWord);
  pipeline.scope = result;
  const weightOf = difference === undefined ? of(current) : `abs(${difference})`;
  pipeline.bottom = undefined;
  pipeline.groupKeys = [...anomalous, { sql: weightOf, direction: "DESC" }, { sql: of(pattern), direction: "ASC" }];
}

type Traced = Partial<Record<TraceName, string>>;

/** Traces read the message and the time, which the layer below must pass on. */
function tracesOf(message: string, time: string, run: RunTimes, below: Layer): Partial<Record<TraceName, Trace>> {
  return traces(below.column(message), below.column(time), run);
}

function mapTraces(wanted: Partial<Record<TraceName, Trace>>, make: (name: TraceName, trace: Trace) => string): Traced {
  const made: Traced = {};
  for (const name of TRACE_NAMES) {
    const trace = wanted[name];
    if (trace !== undefined) made[name] = make(name, trace);
  }
  return made;
}

/** Columns of `anomaly`; gives the order in which the most urgent come first. */
function defineAnomalies(
  result: RowScope,
  pattern: string,
  traced: Traced,
  word: string | undefined,
): readonly GroupKey[] {
  const { layer } = result;
  const all = traced.history === undefined ? undefined : layer.fromSource(`sumForEach(${traced.history}) OVER ()`);
  if (all === undefined || word === undefined) return [];
  const read = (name: TraceName) => layer.fromSource(traced[name] ?? "NULL");
  const { kinds, description, priority } = findings(
    {
      history: read("history"),
      sums: read("sums"),
      squares: read("squares"),
      before: read("before"),
      since: read("since"),
      errorsBefore: read("errorsBefore"),
      errorsSince: read("errorsSince"),
    },
    all,
    layer.fromSource(word),
    severity(layer.fromSource(pattern)),
  );
  const values = [text(kinds), text(description), text(priority)].map((value) => result.settle(value));
  ANOMALY_COLUMNS.forEach((name, index) => {
    const value = values[index];
    if (value !== undefined) result.define(name, value);
  });
  return [{ sql: layer.stage(rank(values[2]?.sql ?? "NULL")), direction: "DESC" }];
}
