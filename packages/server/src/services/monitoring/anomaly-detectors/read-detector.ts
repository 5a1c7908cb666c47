import { MathPlanError, planMetricMath } from "@nephoscope/languages";
import { parseStatistic } from "../../../platform/metrics/statistic.ts";
import { type DataEntry, readDataQueries } from "../metrics/data-query.ts";
import { RequestRefused } from "../metrics/request-refused.ts";
import type { MonitoringCall, MonitoringInput } from "../operation.ts";
import { type BandTarget, expressionTarget } from "./band-target.ts";
import type { AnomalyDetector } from "./detector.ts";
import { localTime } from "./model/local-time.ts";

type DeleteInput = MonitoringInput<"DeleteAnomalyDetector">;
type Configuration = MonitoringInput<"PutAnomalyDetector">["Configuration"];
type Dimensions = DeleteInput["Dimensions"];

/** AWS's bounds (API reference: PutAnomalyDetector; user guide: anomaly detection on metric math). */
const MAX_EXCLUDED = 10;
const MAX_QUERIES = 10;
const MAX_DIMENSIONS = 30;

/** Which metric or expression an operation names, in one of its three forms. */
export function readDetectorTarget(
  input: DeleteInput,
  call: MonitoringCall,
): Pick<AnomalyDetector, "target" | "single" | "queries"> {
  const { SingleMetricAnomalyDetector: single, MetricMathAnomalyDetector: math } = input;
  const { Namespace, MetricName, Dimensions, Stat } = input;
  const plain = [Namespace, MetricName, Dimensions, Stat].some((member) => member !== undefined);
  if ([single !== undefined, math !== undefined, plain].filter(Boolean).length > 1) {
    throw call.error(
      "InvalidParameterCombinationException",
      "Give one of SingleMetricAnomalyDetector, MetricMathAnomalyDetector, or Namespace, MetricName, Dimensions and Stat.",
    );
  }
  if (math !== undefined) return readMath(math.MetricDataQueries ?? [], call);
  if (single?.AccountId !== undefined && single.AccountId !== call.account) {
    throw call.error(
      "InvalidParameterValueException",
      `AccountId ${single.AccountId} is another account's. Linked accounts are not supported by this server.`,
    );
  }
  return readSingle(single ?? { Namespace, MetricName, Dimensions, Stat }, call);
}

function readSingle(
  {
    Namespace: namespace,
    MetricName: metric,
    Dimensions: given,
    Stat: stat,
  }: Pick<DeleteInput, "Namespace" | "MetricName" | "Dimensions" | "Stat">,
  call: MonitoringCall,
): Pick<AnomalyDetector, "target" | "single"> {
  const required = { Namespace: namespace, MetricName: metric, Stat: stat };
  const missing = Object.entries(required).find(([, value]) => value === undefined);
  if (missing !== undefined || namespace === undefined || metric === undefined || stat === undefined) {
    throw call.error("MissingRequiredParameterException", `The parameter ${missing?.[0]} is required.`);
  }
  const statistic = parseStatistic(stat);
  if (statistic === undefined) {
    throw call.error("InvalidParameterValueException", `The value ${stat} for parameter Stat is not supported.`);
  }
  const dimensions = readDimensions(given, call);
  const { account, region } = call;
  const target: BandTarget = {
    kind: "metric",
    stat,
    query: { account, region, namespace, metric, dimensions, statistic },
  };
  return { target, single: { namespace, metric, dimensions, stat } };
}

export function readDimensions(given: Dimensions, call: MonitoringCall): Record<string, string> {
  const dimensions = Object.fromEntries((given ?? []).map(({ Name, Value }) => [Name, Value]));
  if ((given?.length ?? 0) > MAX_DIMENSIONS) {
    throw call.error("InvalidParameterValueException", `A metric has at most ${MAX_DIMENSIONS} dimensions.`);
  }
  if (Object.keys(dimensions).length !== (given?.length ?? 0)) {
    throw call.error("InvalidParameterValueException", "The parameter Dimensions names a dimension more than once.");
  }
  return dimensions;
}

function readMath(
  queries: NonNullable<AnomalyDetector["queries"]>,
  call: MonitoringCall,
): Pick<AnomalyDetector, "target" | "queries"> {
  const refuse = (message: string) => call.error("InvalidParameterValueException", message);
  if (queries.length === 0 || queries.length > MAX_QUERIES) {
    throw refuse(
      `MetricDataQueries must have 1 to ${MAX_QUERIES} metrics and expressions; these are ${queries.length}.`,
    );
  }
  const watched = queries.filter(({ ReturnData }) => ReturnData !== false);
  const [query] = watched;
  if (query === undefined || watched.length > 1) {
    throw refuse(`Exactly one of the MetricDataQueries must have ReturnData set to true; ${watched.length} have.`);
  }
  const entries = refusedAs(refuse, () => readDataQueries(queries, call));
  checkExpressions(entries, query.Id, refuse);
  const every = new Set(entries.map(({ id }) => id));
  return { target: expressionTarget(entries, query.Id, every, call), queries };
}

/** What anomaly detection on metric math does not support (user guide, "Using metric math"). */
function checkExpressions(entries: readonly DataEntry[], watched: string, refuse: (message: string) => Error): void {
  if (entries.some(({ kind }) => kind === "insights")) throw refuse("A detector cannot have a Metrics Insights query.");
  const plan = refusedAs(refuse, () =>
    planMetricMath(
      entries.map((entry) =>
        entry.kind === "metric"
          ? { id: entry.id, kind: "metric" }
          : { id: entry.id, kind: "expression", expression: entry.expression },
      ),
    ),
  );
  for (const { id, math } of plan) {
    const source = math.sources[0];
    if (math.usesMetrics) throw refuse(`A detector cannot have METRICS(), which "${id}" has.`);
    if (source !== undefined) {
      const name =
        source.kind === "external" ? source.name : source.kind === "band" ? "ANOMALY_DETECTION_BAND" : "SEARCH";
      throw refuse(`A detector cannot have ${name}, which "${id}" has.`);
    }
  }
  const result = plan.find(({ id }) => id === watched);
  if (result?.type === "TS[]") throw refuse(`The expression "${watched}" must give a single time series.`);
  const periods = new Set(entries.flatMap((entry) => (entry.kind === "metric" ? [entry.query.period] : [])));
  if (periods.size > 1) throw refuse("The metrics of a detector must have the same period.");
  if ([...periods].some((period) => period < 60)) {
    throw refuse(
      "A detector on metric math cannot use metrics of high resolution. Use a period of at least 60 seconds.",
    );
  }
}

function refusedAs<T>(refuse: (message: string) => Error, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RequestRefused || error instanceof MathPlanError) throw refuse(error.message);
    throw error;
  }
}

/** The time zone and the ranges to learn nothing from. */
export function readConfiguration(
  given: Configuration,
  call: MonitoringCall,
): Pick<AnomalyDetector, "excluded" | "zone"> {
  const { ExcludedTimeRanges: ranges = [], MetricTimezone: zone } = given ?? {};
  if (ranges.length > MAX_EXCLUDED) {
    throw call.error("InvalidParameterValueException", `At most ${MAX_EXCLUDED} time ranges can be excluded.`);
  }
  const excluded = ranges.map(({ StartTime, EndTime }) => {
    if (StartTime.getTime() >= EndTime.getTime()) {
      throw call.error(
        "InvalidParameterValueException",
        "The StartTime of an excluded range must be before its EndTime.",
      );
    }
    return { startMs: StartTime.getTime(), endMs: EndTime.getTime() };
  });
  if (zone === undefined) return { excluded };
  try {
    localTime(zone);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw call.error(
      "InvalidParameterValueException",
      `The value ${zone} for parameter MetricTimezone is not the name of a time zone, such as Europe/Vienna.`,
    );
  }
  return { excluded, zone };
}
