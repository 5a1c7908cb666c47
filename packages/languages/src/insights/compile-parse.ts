import { compileExpression } from "./compile-expression.ts";
import { type Captures, compileGlob, compileGroups, globRegex } from "./glob.ts";
import { above, type Pipeline } from "./pipeline.ts";
import type { Step } from "./plan.ts";
import { engineRegex } from "./regex-engine.ts";
import { sqlString } from "./sql-quote.ts";
import { asText, MISSING, text } from "./sql-value.ts";

type ParseStep = Extract<Step, { kind: "parse-glob" | "parse-regex" }>;

/** `parse` by a glob or a regular expression: the first match of each row, or with `multi` a row for each match. */
export function compileParse(step: ParseStep, pipeline: Pipeline): void {
  const regex = () => (step.kind === "parse-glob" ? globRegex(step.glob, false) : engineRegex(step.regex.source));
  if (step.multi) captureAll(step, regex(), pipeline);
  else if (step.kind === "parse-glob") capture(step, (source) => compileGlob(step.glob, source), pipeline);
  else capture(step, (source) => compileGroups(regex(), source), pipeline);
}

function capture(step: ParseStep, pattern: (source: string) => Captures, pipeline: Pipeline): void {
  const value = compileExpression(step.source, pipeline.scope, pipeline.run);
  if (value.type === "missing") {
    for (const { name } of step.names) pipeline.scope.define(name, MISSING);
    return;
  }
  const captures = pattern(value.nullable ? `ifNull(${asText(value)}, '')` : asText(value));
  const scope = above(pipeline);
  // The array becomes a column only when a capture is read.
  let column: string | undefined;
  const array = () => {
    column ??= scope.importSql(captures.array);
    return column;
  };
  step.names.forEach(({ name }, index) => {
    scope.defineLazily(name, () => ({
      ...text(`if(${captures.matched(array())}, ${array()}[${index + 1}], NULL)`),
      ...(value.within === undefined ? {} : { within: value.within }),
    }));
  });
  pipeline.scope = scope;
}

/** One row for each match; an event without any stays, without the new columns. */
function captureAll(step: ParseStep, regex: string, pipeline: Pipeline): void {
  const value = compileExpression(step.source, pipeline.scope, pipeline.run);
  if (value.type === "missing") {
    for (const { name } of step.names) pipeline.scope.define(name, MISSING);
    return;
  }
  const all = `extractAllGroupsVertical(ifNull(${asText(value)}, ''), ${sqlString(regex)})`;
  const joined = above(pipeline);
  const element = pipeline.counter.next();
  const matches = joined.importSql(all);
  joined.layer.arrayJoin = `if(empty(${matches}), [CAST([] AS Array(String))], ${matches}) AS ${element}`;
  step.names.forEach(({ name }, index) => {
    joined.define(name, text(`if(notEmpty(${element}), ${element}[${index + 1}], NULL)`));
  });
  // Expressions over the element are staged above the join that makes it.
  pipeline.scope = joined;
  pipeline.scope = above(pipeline);
}
