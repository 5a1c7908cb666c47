import type { MonitoringOperation } from "../operation.ts";
import type { Dimension } from "./alarm.ts";
import { describeMetricAlarm } from "./describe-alarms.ts";

/** Alarms on exactly this metric; those on expressions and composite ones are left out. */
export const describeAlarmsForMetric: MonitoringOperation<"DescribeAlarmsForMetric"> = async (
  input,
  call,
  { alarms },
) => {
  const dimensions = dimensionKey(input.Dimensions ?? []);
  const found = [...alarms.book.all()].flatMap(({ ref, document }) => {
    if (ref.account !== call.account || ref.region !== call.region || document.type !== "MetricAlarm") return [];
    const { metric } = document.settings;
    const fits =
      metric !== undefined &&
      metric.name === input.MetricName &&
      metric.namespace === input.Namespace &&
      dimensionKey(metric.dimensions) === dimensions &&
      (input.Statistic ?? metric.statistic) === metric.statistic &&
      (input.ExtendedStatistic ?? metric.extendedStatistic) === metric.extendedStatistic &&
      (input.Period ?? metric.period) === metric.period &&
      (input.Unit ?? metric.unit) === metric.unit;
    return fits ? [describeMetricAlarm(call, ref.key, document)] : [];
  });
  return { MetricAlarms: found.sort((a, b) => ((a.AlarmName ?? "") < (b.AlarmName ?? "") ? -1 : 1)) };
};

const dimensionKey = (dimensions: readonly Dimension[]) =>
  JSON.stringify(dimensions.map(({ Name, Value }) => [Name, Value]).sort(([a = ""], [b = ""]) => (a < b ? -1 : 1)));
