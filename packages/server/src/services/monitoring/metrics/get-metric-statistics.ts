import { parseStatistic, type Statistic } from "../../../platform/metrics/statistic.ts";
import type { Unit } from "../../../platform/metrics/units.ts";
import type { MonitoringOperation } from "../operation.ts";
import { isKept, isPeriod, roundedStart } from "./period.ts";

/** Datapoints of one call (API reference). */
const MAX_DATAPOINTS = 1_440;

type Datapoint = {
  Timestamp: Date;
  Unit: Unit;
  ExtendedStatistics?: Record<string, number>;
} & Partial<Record<"SampleCount" | "Average" | "Sum" | "Minimum" | "Maximum", number>>;

/** Datapoints of one metric, several statistics at once; with mixed units one datapoint for each of them. */
export const getMetricStatistics: MonitoringOperation<"GetMetricStatistics"> = async (input, call, deps) => {
  const { Namespace: namespace, MetricName: metric, Period: period, Unit: unit } = input;
  const { Statistics: simple, ExtendedStatistics: extended } = input;
  if (simple === undefined && extended === undefined)
    throw call.error("MissingRequiredParameterException", "Must specify either Statistics or ExtendedStatistics");
  if (simple !== undefined && extended !== undefined)
    throw call.error(
      "InvalidParameterCombinationException",
      "The parameters Statistics and ExtendedStatistics are mutually exclusive and you have specified both.",
    );
  if (!isPeriod(period))
    throw call.error(
      "InvalidParameterValueException",
      "The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.",
    );
  const nowMs = deps.clock.now();
  const endMs = input.EndTime.getTime();
  if (input.StartTime.getTime() >= endMs)
    throw call.error(
      "InvalidParameterValueException",
      "The parameter StartTime must be less than the parameter EndTime.",
    );
  const startMs = roundedStart(input.StartTime.getTime(), period, nowMs);
  const wanted = Math.ceil((endMs - startMs) / 1_000 / period);
  if (wanted > MAX_DATAPOINTS)
    throw call.error(
      "InvalidParameterCombinationException",
      `You have requested up to ${wanted} datapoints, which exceeds the limit of ${MAX_DATAPOINTS}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
    );
  const names = [...(simple ?? []), ...(extended ?? [])];
  const statistics = names.map((name): [string, Statistic] => {
    const statistic = parseStatistic(name);
    if (statistic === undefined)
      throw call.error(
        "InvalidParameterValueException",
        `The value ${name} for parameter ${simple === undefined ? "ExtendedStatistics" : "Statistics"} is not supported.`,
      );
    return [name, statistic];
  });
  if (!isKept(startMs, period, nowMs)) return { Label: metric, Datapoints: [] };

  const address = {
    account: call.account,
    region: call.region,
    namespace,
    metric,
    dimensions: Object.fromEntries((input.Dimensions ?? []).map(({ Name, Value }) => [Name, Value])),
    period,
  };
  const range = { startMs, endMs };
  const count: Statistic = { kind: "SampleCount" };
  const units =
    unit === undefined
      ? ((await deps.reader.read([{ ...address, statistic: count }], range, call.signal))[0]?.units ?? [])
      : [unit];
  const queries = units.flatMap((one) => statistics.map(([name, statistic]) => ({ one, name, statistic })));
  const read = await deps.reader.read(
    queries.map(({ one, statistic }) => ({ ...address, statistic, unit: one })),
    range,
    call.signal,
  );
  const datapoints = new Map<string, Datapoint>();
  for (const [i, { one, name, statistic }] of queries.entries()) {
    const points = read[i];
    for (const [k, timestamp] of (points?.timestamps ?? []).entries()) {
      const value = points?.values[k];
      if (value === undefined) continue;
      const key = `${one}/${timestamp}`;
      const datapoint = datapoints.get(key) ?? { Timestamp: new Date(timestamp), Unit: one };
      if (extended === undefined) Object.assign(datapoint, { [statistic.kind]: value });
      else datapoint.ExtendedStatistics = { ...datapoint.ExtendedStatistics, [name]: value };
      datapoints.set(key, datapoint);
    }
  }
  return { Label: metric, Datapoints: [...datapoints.values()] };
};
