import { compileExpression } from "./compile-expression.ts";
import { internalCall } from "./parse-expression.ts";
import { above, type Pipeline } from "./pipeline.ts";
import type { Step } from "./plan.ts";
import { asText, isPresent, json, text } from "./sql-value.ts";

/**
 * One row per element; a single value is a list of one, a missing value or an empty list gives no row.
 * A field discovered in the message reads as text, so its list is read from that.
 */
export function compileUnnest(step: Extract<Step, { kind: "unnest" }>, pipeline: Pipeline): void {
  const { source } = step;
  const discovered =
    source.kind === "field" && !source.name.startsWith("@") && pipeline.scope.defined(source.name) === undefined;
  const written = discovered ? internalCall("expandlist", source) : source;
  const value = compileExpression(written, pipeline.scope, pipeline.run);
  const list =
    value.type === "json"
      ? `multiIf(isNull(${value.sql}), [], startsWith(assumeNotNull(${value.sql}), '['), JSONExtractArrayRaw(assumeNotNull(${value.sql})), [assumeNotNull(${value.sql})])`
      : `if(${isPresent(value)}, [assumeNotNull(${asText(value)})], [])`;
  const joined = above(pipeline);
  const element = pipeline.counter.next();
  joined.layer.arrayJoin = `${joined.importSql(list)} AS ${element}`;
  joined.define(step.alias.name, value.type === "json" ? json(element) : text(element, false));
  // Expressions over the element are staged above the join that makes it.
  pipeline.scope = joined;
  pipeline.scope = above(pipeline);
}
