import type { Resource, State } from "../../../platform/state/state.ts";
import type { MonitoringInput, MonitoringOperation, MonitoringOutput } from "../operation.ts";
import { type AnomalyDetector, DETECTOR_KIND, storedModels } from "./detector.ts";
import { readDimensions } from "./read-detector.ts";

type Described = NonNullable<MonitoringOutput<"DescribeAnomalyDetectors">["AnomalyDetectors"]>[number];

/** Detectors of a page (API reference: 100 at most). */
const PAGE = 100;
/** What a token may be: the key of the last detector of a page. */
const TOKEN = /^[0-9a-f]{32}$/;

/** In a fixed order. Filters are for detectors of one metric; those on metric math come if they are asked for. */
export const describeAnomalyDetectors: MonitoringOperation<"DescribeAnomalyDetectors"> = async (input, call, deps) => {
  const { NextToken: token, MaxResults: limit = PAGE } = input;
  if (token !== undefined && !TOKEN.test(token)) {
    throw call.error("InvalidNextToken", "The token is not one that this operation gave.");
  }
  if (limit < 1 || limit > PAGE) {
    throw call.error("InvalidParameterValueException", `The parameter MaxResults must be between 1 and ${PAGE}.`);
  }
  const wanted = filterOf(input, input.Dimensions && readDimensions(input.Dimensions, call));
  const { account, region } = call;
  // Their number is bounded, so all of them are looked through.
  const found = deps.state
    .list<AnomalyDetector>({ kind: DETECTOR_KIND, account, region, ...(token !== undefined && { after: token }) })
    .filter(({ document }) => wanted(document));
  const page = found.slice(0, limit);
  return {
    AnomalyDetectors: page.map((detector) => describe(deps.state, detector)),
    NextToken: found.length > limit ? page.at(-1)?.ref.key : undefined,
  };
};

function filterOf(
  input: MonitoringInput<"DescribeAnomalyDetectors">,
  dimensions: Readonly<Record<string, string>> | undefined,
): (detector: AnomalyDetector) => boolean {
  const { Namespace: namespace, MetricName: metric, AnomalyDetectorTypes: given = [] } = input;
  const types = given.length === 0 ? ["SINGLE_METRIC"] : given;
  return ({ single }) => {
    if (single === undefined) return types.includes("METRIC_MATH");
    if (!types.includes("SINGLE_METRIC")) return false;
    return (
      (namespace ?? single.namespace) === single.namespace &&
      (metric ?? single.metric) === single.metric &&
      (dimensions === undefined || sameDimensions(dimensions, single.dimensions))
    );
  };
}

function sameDimensions(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}

function describe(state: State, { ref, document }: Resource<AnomalyDetector>): Described {
  const { single, queries, excluded, zone, periodicSpikes } = document;
  const models = storedModels(state, ref).map(({ stored }) => stored.document);
  const trained = models.some(({ model }) => model !== undefined);
  const metric = single && {
    Namespace: single.namespace,
    MetricName: single.metric,
    Dimensions: Object.entries(single.dimensions).map(([Name, Value]) => ({ Name, Value })),
    Stat: single.stat,
  };
  return {
    ...metric,
    ...(metric !== undefined && { SingleMetricAnomalyDetector: metric }),
    ...(queries !== undefined && { MetricMathAnomalyDetector: { MetricDataQueries: [...queries] } }),
    Configuration: {
      ExcludedTimeRanges: excluded.map(({ startMs, endMs }) => ({
        StartTime: new Date(startMs),
        EndTime: new Date(endMs),
      })),
      ...(zone !== undefined && { MetricTimezone: zone }),
    },
    ...(periodicSpikes !== undefined && { MetricCharacteristics: { PeriodicSpikes: periodicSpikes } }),
    StateValue: trained ? "TRAINED" : models.length > 0 ? "TRAINED_INSUFFICIENT_DATA" : "PENDING_TRAINING",
  };
}
