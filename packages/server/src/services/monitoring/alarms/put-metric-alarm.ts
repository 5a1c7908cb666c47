import type { MonitoringOperation } from "../operation.ts";
import type { MetricAlarm } from "./alarm.ts";
import { readMetricAlarm } from "./check-metric-alarm.ts";
import { checkExpressions } from "./evaluator/expression-alarm.ts";
import { putAlarm } from "./put-alarm.ts";

export const putMetricAlarm: MonitoringOperation<"PutMetricAlarm"> = async (input, call, deps) => {
  const settings = readMetricAlarm(input);
  const { queries } = settings;
  if (queries !== undefined) await checkExpressions(queries, settings.thresholdMetricId, call, deps, deps.clock.now());
  await putAlarm(input, call, deps, "MetricAlarm", (common, found) => {
    const { warmUp } = settings;
    const before = found?.type === "MetricAlarm" ? found : undefined;
    // Warming up comes once, after the alarm was made; a later change of its length holds while it lasts.
    const warms = warmUp !== undefined && (before === undefined || before.warmingUntil !== undefined);
    const alarm: MetricAlarm = {
      ...common,
      type: "MetricAlarm",
      settings,
      ...(warms && {
        warmingUntil:
          (before === undefined ? common.configurationUpdatedAt : deps.clock.now()) + warmUp.minutes * 60_000,
      }),
      ...(before?.contributors !== undefined && { contributors: before.contributors }),
    };
    return alarm;
  });
  return {};
};
