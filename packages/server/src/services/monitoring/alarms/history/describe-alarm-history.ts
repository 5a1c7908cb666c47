import type { AlarmHistoryItem } from "@aws-sdk/client-cloudwatch";
import type { Resource } from "../../../../platform/state/state.ts";
import type { MonitoringInput, MonitoringOperation } from "../../operation.ts";
import { makePageToken, readPageToken } from "../page-token.ts";
import { validationError } from "../refusals.ts";
import {
  alarmOfKey,
  HISTORY_KIND,
  HISTORY_ORDER_KIND,
  type HistoryItem,
  type HistoryOrder,
  historyPrefix,
  historyRef,
  historyTime,
} from "./history-item.ts";

const DEFAULT_RECORDS = 100;
/** Items read at once while looking for those wanted. */
const READ = 500;
/** Items looked at for one page: a filter that finds little ends its page here, with a token to go on. */
const MOST_READ = 20_000;

/** Newest first unless asked otherwise. */
export const describeAlarmHistory: MonitoringOperation<"DescribeAlarmHistory"> = async (input, call, { state }) => {
  const { account, region } = call;
  const { AlarmName: name, NextToken: token, MaxRecords: limit = DEFAULT_RECORDS, ...asked } = input;
  if (input.AlarmContributorId !== undefined && name === undefined) {
    throw validationError("AlarmContributorId can be given only with AlarmName.");
  }
  const request = [call.operation, account, region, name, asked];
  const descending = input.ScanBy !== "TimestampAscending";
  const after = token === undefined ? undefined : readPageToken(token, request);
  if (token !== undefined && after === undefined) {
    throw call.error("InvalidNextToken", "The NextToken is not one of this request's.");
  }
  const picks = pickerOf(input);
  const prefix = name === undefined ? "" : historyPrefix(name);
  const [first, last] = [bound(prefix, input.StartDate), bound(prefix, input.EndDate, 1)];
  let position = after ?? (descending ? last : first);
  const found: AlarmHistoryItem[] = [];
  let reached = "";
  for (let looked = 0; looked < MOST_READ; looked += READ) {
    const page = state.list<HistoryItem & HistoryOrder>({
      kind: name === undefined ? HISTORY_ORDER_KIND : HISTORY_KIND,
      account,
      region,
      prefix,
      limit: READ,
      descending,
      ...(position !== undefined && { after: position }),
    });
    for (const entry of page) {
      reached = entry.ref.key;
      if (descending ? first !== undefined && reached < first : last !== undefined && reached > last) {
        return { AlarmHistoryItems: found };
      }
      const item: Resource<HistoryItem> | undefined =
        name === undefined ? state.get<HistoryItem>(historyRef(call, entry.document.key)) : entry;
      if (item === undefined || !picks(item.document)) continue;
      found.push(describe(item));
      if (found.length === limit) return { AlarmHistoryItems: found, NextToken: makePageToken(reached, request) };
    }
    if (page.length < READ) return { AlarmHistoryItems: found };
    position = reached;
  }
  return { AlarmHistoryItems: found, NextToken: makePageToken(reached, request) };
};

function bound(prefix: string, date: Date | undefined, more = 0): string | undefined {
  return date === undefined ? undefined : `${prefix}${historyTime(date.getTime() + more)}`;
}

/** Of one alarm every item; of all alarms those of metric alarms, unless types are named. */
function pickerOf(input: MonitoringInput<"DescribeAlarmHistory">): (item: HistoryItem) => boolean {
  const types = input.AlarmTypes ?? (input.AlarmName === undefined ? ["MetricAlarm"] : undefined);
  return (item) =>
    (types === undefined || types.includes(item.alarmType)) &&
    (input.HistoryItemType === undefined || item.itemType === input.HistoryItemType) &&
    (input.AlarmContributorId === undefined || item.contributor?.id === input.AlarmContributorId);
}

function describe({ ref, document }: Resource<HistoryItem>): AlarmHistoryItem {
  return {
    AlarmName: alarmOfKey(ref.key),
    AlarmType: document.alarmType,
    AlarmContributorId: document.contributor?.id,
    AlarmContributorAttributes: document.contributor && { ...document.contributor.attributes },
    Timestamp: new Date(document.at),
    HistoryItemType: document.itemType,
    HistorySummary: document.summary,
    HistoryData: document.data,
  };
}
