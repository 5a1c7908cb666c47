import { type Expression, parseInsights, planInsights } from "@nephoscope/languages/insights";

const TIMES = ["@timestamp", "@ingestionTime"];
/** Functions that give a time, whatever they are given. */
const GIVES_TIME = new Set(["bin", "datefloor", "dateceil", "frommillis"]);
/** Functions that give one of their values. */
const KEEPS_TIME = new Set(["min", "max", "earliest", "latest", "sortsfirst", "sortslast", "coalesce"]);

/** What a query's plan tells about the columns of its result. */
export interface PlannedColumns {
  readonly names: readonly string[];
  /** Those that hold times as results write them, in UTC; the page shows them in the zone of choice. */
  readonly times: ReadonlySet<string>;
}

/** Throws InsightsSyntaxError when the query would be refused. */
export function plannedColumns(query: string): PlannedColumns {
  const plan = planInsights(parseInsights(query));
  const times = new Set(TIMES);
  for (const step of plan.steps) {
    if (step.kind === "compute" && isTime(step.expression, times)) times.add(step.name);
    if (step.kind === "aggregate") {
      const made = [...step.keys, ...step.outputs].filter(({ expression }) => isTime(expression, times));
      for (const { name } of made) times.add(name);
    }
  }
  const shown = plan.columns.filter(({ name, expression }) => times.has(name) || isTime(expression, times));
  return { names: plan.columns.map(({ name }) => name), times: new Set(shown.map(({ name }) => name)) };
}

function isTime(node: Expression, times: ReadonlySet<string>): boolean {
  if (node.kind === "field") return times.has(node.name);
  if (node.kind !== "call") return false;
  if (GIVES_TIME.has(node.name)) return true;
  const [first] = node.args;
  return KEEPS_TIME.has(node.name) && first !== undefined && isTime(first, times);
}
