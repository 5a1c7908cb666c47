import { above, type Pipeline } from "./pipeline.ts";
import type { Step } from "./plan.ts";
import { RowScope } from "./row-scope.ts";
import { Layer } from "./sql-layer.ts";
import { sqlInteger } from "./sql-quote.ts";
import { asText, constant, text } from "./sql-value.ts";
import { InsightsSyntaxError } from "./syntax-error.ts";

/** More bins than a result has rows are of no use, and a small bin over years would make billions. */
const MAX_BINS = 100_000;

/** Adds the bins of the query's range that have no row, after an aggregation by one bin. */
export function compileFill(step: Extract<Step, { kind: "fill" }>, pipeline: Pipeline): void {
  const { counter, run, scope } = pipeline;
  const { lengthMs, offsetMs } = step;
  const edge = (ms: number) => Math.floor((ms - offsetMs) / lengthMs) * lengthMs + offsetMs;
  const [first, last] = [edge(run.startTimeMs), edge(run.endTimeMs)];
  if ((last - first) / lengthMs > MAX_BINS) {
    throw new InsightsSyntaxError(
      `The range holds more than ${MAX_BINS} bins to fill. Choose longer bins or a shorter range.`,
      step.span,
    );
  }
  const bin = scope.defined(step.key);
  if (bin === undefined) throw new Error("the plan lets fillmissing follow only an aggregation by a bin");
  const filled = new RowScope({ layer: new Layer(scope.layer, counter) });
  const time = filled.layer.column(filled.layer.fromSource(bin.sql));
  // Made rows have the default of every type, so a column of ones tells them from the others.
  const present = filled.layer.column("toUInt8(1)");
  filled.layer.orderBy = [
    `${time} ASC WITH FILL FROM toInt64(${sqlInteger(first)}) TO toInt64(${sqlInteger(last + 1)}) STEP toInt64(${sqlInteger(lengthMs)})`,
  ];
  const result = new RowScope({ layer: new Layer(filled.layer, counter) });
  result.define(step.key, { type: "timestamp", sql: time, nullable: false });
  const fill = step.value === undefined ? undefined : constant(step.value);
  for (const name of step.columns) {
    const value = scope.defined(name);
    if (value === undefined || name === step.key || value.type === "missing") continue;
    const column = filled.layer.column(filled.layer.fromSource(value.sql));
    if (fill !== undefined && step.names.includes(name)) {
      const same = fill.type === value.type;
      const own = same ? column : asText({ ...value, sql: column });
      const made = {
        ...text(`if(${present} = 1, ${own}, ${same ? fill.sql : asText(fill)})`),
        type: same ? value.type : "text",
      } as const;
      result.define(name, made);
    } else {
      result.define(name, { type: value.type, nullable: true, sql: `if(${present} = 1, toNullable(${column}), NULL)` });
    }
  }
  pipeline.scope = result;
  pipeline.groupKeys = [{ sql: time, direction: "DESC" }];
  pipeline.scope = above(pipeline, false);
}
