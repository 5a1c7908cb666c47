import type { MonitoringOperation } from "../operation.ts";

const MAX_REASON = 1_023;

/** The series of a grouping query that are in ALARM. Other alarms have none. */
export const describeAlarmContributors: MonitoringOperation<"DescribeAlarmContributors"> = async (
  input,
  call,
  { alarms },
) => {
  const alarm = alarms.book.get(call, input.AlarmName);
  if (alarm === undefined) {
    throw call.error("ResourceNotFoundException", `The alarm ${input.AlarmName} does not exist.`, {
      ResourceType: "alarm",
      ResourceId: input.AlarmName,
    });
  }
  const { contributors = {} } = alarm.type === "MetricAlarm" ? alarm : {};
  return {
    AlarmContributors: Object.entries(contributors).map(([id, { attributes, reason, since }]) => ({
      ContributorId: id,
      ContributorAttributes: { ...attributes },
      StateReason: reason.slice(0, MAX_REASON),
      StateTransitionedTimestamp: new Date(since),
    })),
  };
};
