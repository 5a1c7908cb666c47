import { isAnnotations } from "./annotations.ts";
import { isAccountId, isColor, isPeriod, isRegion, isStatistic, isTimezone } from "./fields.ts";
import {
  and,
  type Guarded,
  isAnything,
  isBoolean,
  isInteger,
  isList,
  isObjectOf,
  isOneOf,
  isString,
} from "./json-guard.ts";
import { isLegend, isYAxes, warnOfEnd } from "./metric-widget.ts";
import { isTime } from "./time.ts";

export const isTextProperties = isObjectOf({ markdown: isString }, { background: isOneOf("transparent", "solid") });
export type TextProperties = Guarded<typeof isTextProperties>;

/** A Logs Insights query, with its groups in a SOURCE command before it. */
export const isLogProperties = and(
  isObjectOf(
    { query: isString, region: isRegion },
    {
      accountId: isAccountId,
      legend: isLegend,
      liveData: isBoolean,
      queryLanguage: isOneOf("CWLI", "SQL", "PPL"),
      stacked: isBoolean,
      start: isTime,
      end: isTime,
      timezone: isTimezone,
      title: isString,
      view: isOneOf("timeSeries", "table", "bar", "pie", "singleValue", "gauge"),
      yAxis: isYAxes,
      annotations: isAnnotations,
    },
  ),
  ({ start, end }, place) => {
    if (end !== undefined && start === undefined) warnOfEnd(place);
    return true;
  },
);
export type LogProperties = Guarded<typeof isLogProperties>;

const isAlarmState = isOneOf("OK", "ALARM", "INSUFFICIENT_DATA");

/** The states of up to a hundred alarms. */
export const isAlarmProperties = isObjectOf(
  { alarms: isList(isString, { least: 1, most: 100 }) },
  {
    sortBy: isOneOf("default", "stateUpdatedTimestamp", "timestamp"),
    states: isList(isAlarmState),
    title: isString,
  },
);
export type AlarmProperties = Guarded<typeof isAlarmProperties>;

/** Metrics of all resources that carry certain tags. */
export const isExplorerProperties = isObjectOf(
  {
    labels: isList(isObjectOf({ key: isString }, { value: isString })),
    metrics: isList(isObjectOf({ metricName: isString, resourceType: isString, stat: isStatistic }, {})),
  },
  {
    aggregateBy: isObjectOf({ key: isString, func: isOneOf("AVG", "MAX", "MIN", "SUM") }, {}),
    period: isPeriod,
    splitBy: isString,
    region: isRegion,
    accountId: isAccountId,
    title: isString,
    widgetOptions: isObjectOf(
      {},
      {
        legend: isLegend,
        rowsPerPage: isInteger({ minimum: 1, maximum: 100 }),
        stacked: isBoolean,
        view: isOneOf("timeSeries", "singleValue", "bar", "pie", "table"),
        widgetsPerRow: isInteger({ minimum: 1, maximum: 6 }),
      },
    ),
  },
);
export type ExplorerProperties = Guarded<typeof isExplorerProperties>;

/** What a function answers: HTML, JSON or Markdown. */
export const isCustomProperties = isObjectOf(
  { endpoint: isString },
  {
    params: isAnything,
    title: isString,
    updateOn: isObjectOf({}, { refresh: isBoolean, resize: isBoolean, timeRange: isBoolean }),
  },
);
export type CustomProperties = Guarded<typeof isCustomProperties>;

/** Queries in other languages than CloudWatch's own; only the frame is known here. */
export const isChartProperties = isObjectOf(
  { data: isObjectOf({ queries: isList(isAnything, { least: 1 }) }, {}, () => true) },
  { region: isRegion, accountId: isAccountId, title: isString, color: isColor },
  () => true,
);
export type ChartProperties = Guarded<typeof isChartProperties>;
