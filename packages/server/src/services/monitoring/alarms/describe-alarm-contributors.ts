import type { MonitoringOperation } from "../operation.ts";

/** No alarm here has contributors: those come with Metrics Insights queries that group. */
export const describeAlarmContributors: MonitoringOperation<"DescribeAlarmContributors"> = async (
  input,
  call,
  { alarms },
) => {
  if (alarms.book.get(call, input.AlarmName) === undefined) {
    throw call.error("ResourceNotFoundException", `The alarm ${input.AlarmName} does not exist.`, {
      ResourceType: "alarm",
      ResourceId: input.AlarmName,
    });
  }
  return { AlarmContributors: [] };
};
