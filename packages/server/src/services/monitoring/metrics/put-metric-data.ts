import { putNumberOf } from "../../../platform/metrics/put-number.ts";
import type { MonitoringInput, MonitoringOperation } from "../operation.ts";
import { addDatum, DatumRefused } from "./metric-datum.ts";

type Datum = NonNullable<MonitoringInput<"PutMetricData">["MetricData"]>[number];

/** Metrics of one call (API reference). */
const MAX_METRICS = 1_000;
/** Entity objects of one call (API reference). */
const MAX_ENTITIES = 2;
/** What only this server publishes. */
const OWN_NAMESPACES: ReadonlySet<string> = new Set(["AWS/Logs", "AWS/Usage"]);

/** Takes values of metrics; they are durable and readable when it answers, all of a call's or none. */
export const putMetricData: MonitoringOperation<"PutMetricData"> = async (input, call, { writer, clock }) => {
  const { Namespace: namespace, MetricData: plain = [], EntityMetricData: entities = [] } = input;
  if (plain.length === 0 && entities.length === 0)
    throw call.error("MissingRequiredParameterException", "The parameter MetricData is required.");
  if (OWN_NAMESPACES.has(namespace))
    throw call.error("InvalidParameterValueException", `The value ${namespace} for parameter Namespace is invalid.`);
  if (entities.length > MAX_ENTITIES)
    throw call.error(
      "InvalidParameterValueException",
      `The collection EntityMetricData must not have a size greater than ${MAX_ENTITIES}.`,
    );
  const lists: (readonly [string, readonly Datum[]])[] = [["MetricData", plain]];
  for (const [i, entity] of entities.entries())
    lists.push([`EntityMetricData.member.${i + 1}.MetricData`, entity.MetricData ?? []]);
  const count = lists.reduce((sum, [, data]) => sum + data.length, 0);
  if (count > MAX_METRICS)
    throw call.error(
      "InvalidParameterValueException",
      `The collection MetricData must not have a size greater than ${MAX_METRICS}.`,
    );

  const batch = writer.begin({
    account: call.account,
    region: call.region,
    put: putNumberOf(call),
    expected: count,
  });
  const nowMs = clock.now();
  try {
    for (const [path, data] of lists)
      for (let i = 0; i < data.length; i++) {
        const datum = data[i];
        if (datum !== undefined) addDatum(batch, namespace, datum, { path, index: i, nowMs });
      }
  } catch (error) {
    if (error instanceof DatumRefused) throw call.error(error.code, error.message);
    throw error;
  }
  // Only a repeated call can have been stored before, so only it pays for asking.
  await batch.store({ again: call.attempt > 1 });
  return {};
};
