import { type MathFunction, type Parameter, S, SERIES, TEXT, TS } from "./function.ts";
import type { CallNode, MathSource } from "./nodes.ts";
import { manySeries, oneSeries, scalarOf, seriesOf } from "./value.ts";

/** How wide a band is without a second argument, in standard deviations (user guide, ANOMALY_DETECTION_BAND). */
const DEFAULT_DEVIATIONS = 2;
const TEXTS: Parameter = { types: ["String", "String[]"] };

/** Functions whose series come from the request or from elsewhere. */
export const SOURCE_FUNCTIONS: readonly MathFunction[] = [
  {
    name: "METRICS",
    usage: 'METRICS() or METRICS("part of the Id")',
    parameters: [TEXT],
    required: 0,
    result: () => "TS[]",
    evaluate([part], { environment }) {
      const text = part?.type === "String" ? part.text : "";
      return manySeries(environment.metrics.filter((series) => series.id.includes(text)));
    },
  },
  {
    name: "SEARCH",
    usage: "SEARCH('{Namespace,Dimension} term', 'Average', 300)",
    parameters: [TEXT, TEXT, S],
    required: 2,
    result: () => "TS[]",
    evaluate: (_args, { call, environment }) => manySeries(environment.series(sourceOf(call))),
  },
  {
    name: "ANOMALY_DETECTION_BAND",
    usage: "ANOMALY_DETECTION_BAND(m1, 2)",
    parameters: [TS, S],
    required: 1,
    result: () => "TS[]",
    evaluate([of, width], { call, environment }) {
      const deviations = width === undefined ? DEFAULT_DEVIATIONS : scalarOf(width);
      return manySeries(environment.series(sourceOf(call), { of: seriesOf(of), deviations }));
    },
  },
  external("SERVICE_QUOTA", "SERVICE_QUOTA(m1)", [TS], 1, "TS"),
  external("INSIGHT_RULE_METRIC", 'INSIGHT_RULE_METRIC("rule", "MaxContributorValue")', [TEXT, TEXT], 2, "TS"),
  {
    ...external("LAMBDA", 'LAMBDA("function", "argument")', [TEXT], 1, "TS[]"),
    more: { types: [...TEXTS.types, "S", ...SERIES.types] },
  },
  external("DB_PERF_INSIGHTS", "DB_PERF_INSIGHTS('RDS', 'db-ID', 'db.load.avg')", [TEXT, TEXT, TEXTS], 3, "TS[]"),
];

function external(
  name: string,
  usage: string,
  parameters: readonly Parameter[],
  required: number,
  type: "TS" | "TS[]",
): MathFunction {
  return {
    name,
    usage,
    parameters,
    required,
    result: () => type,
    evaluate(_args, { call, environment, period }) {
      const all = environment.series(sourceOf(call));
      if (type === "TS[]") return manySeries(all);
      return oneSeries(all[0] ?? { id: "", label: "", period, timestamps: [], values: [] });
    },
  };
}

function sourceOf({ name, source }: CallNode): MathSource {
  if (source === undefined) throw new TypeError(`${name} has no source`);
  return source;
}
