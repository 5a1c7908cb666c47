import { createHash } from "node:crypto";
import type { MonitoringOperation } from "../operation.ts";

/** AWS tracks so many contributors in ALARM (user guide, "Alarms on Metrics Insights queries"). */
const MAX_CONTRIBUTORS = 100;

/** The series of a grouping query that were in ALARM at the last evaluation. Other alarms have none. */
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
  return {
    AlarmContributors: alarms
      .contributorsOf(call, input.AlarmName)
      .slice(0, MAX_CONTRIBUTORS)
      .map((label) => ({
        ContributorId: createHash("sha256").update(label).digest("hex").slice(0, 16),
        ContributorAttributes: { label },
        StateReason: `The time series ${label} evaluated to ALARM`.slice(0, 1_023),
      })),
  };
};
