import Link from "@cloudscape-design/components/link";
import { useQuery } from "@tanstack/react-query";
import type { HistoryItem } from "../../alarms/alarm-calls.ts";
import { monitoring } from "../../api/services.ts";
import { Nothing, ResourceTable } from "../../resource-table/resource-table.tsx";
import { LogText } from "../../result-table/log-text.tsx";
import { visibleText } from "../../result-table/visible-text.ts";
import { href } from "../../shell/route.ts";
import { Time } from "../../time/time.tsx";

/** As many as DescribeAlarmHistory gives at once. */
const SHOWN = 100;

/** What alarms have sent lately, or could not: their history's entries of actions. */
export function AlarmActions() {
  const asked = useQuery({
    queryKey: ["monitoring", "DescribeAlarmHistory", "actions"],
    queryFn: async ({ signal }) => {
      const { AlarmHistoryItems = [], NextToken } = await monitoring(
        "DescribeAlarmHistory",
        {
          HistoryItemType: "Action",
          AlarmTypes: ["MetricAlarm", "CompositeAlarm"],
          MaxRecords: SHOWN,
          ScanBy: "TimestampDescending",
        },
        signal,
      );
      return { items: AlarmHistoryItems, more: NextToken !== undefined };
    },
  });
  return (
    <ResourceTable<HistoryItem>
      title="Alarm actions"
      what="alarm actions"
      description="What alarms handed to their topics, the newest first. From there on it is the topics' deliveries."
      asked={asked}
      idOf={({ AlarmName, Timestamp, HistorySummary }) => `${AlarmName} ${Timestamp} ${HistorySummary}`}
      textOf={({ AlarmName = "", HistorySummary = "" }) => `${AlarmName} ${HistorySummary}`}
      empty={<Nothing title="No alarm has done anything yet" text="Alarms act when their state changes." />}
      columns={[
        {
          id: "time",
          header: "Time",
          width: 185,
          cell: ({ Timestamp }) => <Time ms={Timestamp === undefined ? undefined : Timestamp * 1_000} />,
        },
        {
          id: "alarm",
          header: "Alarm",
          width: 260,
          isRowHeader: true,
          cell: ({ AlarmName = "" }) => (
            <Link href={href("/alarms/:name", { name: AlarmName })}>{visibleText(AlarmName)}</Link>
          ),
        },
        {
          id: "what",
          header: "What happened",
          minWidth: 300,
          cell: ({ HistorySummary = "–" }) => <LogText text={HistorySummary} />,
        },
      ]}
    />
  );
}
