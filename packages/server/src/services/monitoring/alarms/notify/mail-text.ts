import { alarmArn, type MetricAlarm } from "../alarm.ts";
import { javaDouble } from "../evaluation/java-double.ts";
import { alarmPeriod } from "../evaluation/settings-of-alarm.ts";
import type { Happening } from "./happening.ts";
import { regionName } from "./region-names.ts";
import { triggeringChildren } from "./triggering-children.ts";

/** Children that a mail names. */
const MAX_CHILDREN = 10;

/** What a person reads: the text of CloudWatch's alarm mails, without the link to AWS's console. */
export function mailText(happening: Happening): string {
  const { scope, name, alarm, previous } = happening;
  const { value, reason, updatedAt } = alarm.condition;
  const at = longTime(updatedAt);
  const opening =
    alarm.type === "CompositeAlarm"
      ? `has transitioned to ${value} state on ${at}, because "${reason}".`
      : `has entered the ${value} state, because "${reason}" at "${at}".`;
  const details = [
    line("Name", name),
    line("Description", alarm.description ?? ""),
    ...(happening.contributor === undefined
      ? []
      : [line("Contributor", contributorText(happening.contributor.attributes))]),
    line("State Change", `${previous.value} -> ${value}`),
    ...(alarm.type === "CompositeAlarm" ? [line("Alarm Rule", alarm.rule)] : []),
    line("Reason for State Change", reason),
    line("Timestamp", at),
    line("AWS Account", scope.account),
    line("Alarm Arn", alarmArn(scope, name)),
  ];
  const sections = [
    [
      `You are receiving this email because your Amazon CloudWatch Alarm "${name}" in the ${regionName(scope.region)} region ${opening}`,
    ],
    ["Alarm Details:", ...details],
    ...(alarm.type === "MetricAlarm" ? metricSections(alarm) : [childrenSection(happening)]),
    [
      "State Change Actions:",
      `- OK: ${actions(alarm.okActions)}`,
      `- ALARM: ${actions(alarm.alarmActions)}`,
      `- INSUFFICIENT_DATA: ${actions(alarm.insufficientDataActions)}`,
    ],
  ];
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function metricSections({ settings }: MetricAlarm): string[][] {
  const { evaluationPeriods: n, datapointsToAlarm: m = n, comparison } = settings;
  const limit = settings.threshold === undefined ? "of its band" : javaDouble(settings.threshold);
  const threshold = [
    "Threshold:",
    `- The alarm is in the ALARM state when the metric is ${comparison} ${limit} for at least ${m} of the last ${n} period(s) of ${alarmPeriod(settings)} seconds.`,
  ];
  const { metric, queries = [], treatMissingData = "missing" } = settings;
  if (metric === undefined) {
    const watched = queries.filter(({ ReturnData }) => ReturnData !== false);
    const lines = watched.flatMap(({ Expression, MetricStat, Label }) => [
      wide("MetricExpression", Expression ?? `${MetricStat?.Stat} of ${MetricStat?.Metric?.MetricName}`),
      ...(Label === undefined ? [] : [wide("MetricLabel", Label)]),
    ]);
    return [threshold, ["Monitored Metrics:", ...lines]];
  }
  const pairs = metric.dimensions.map(({ Name, Value }) => `[${Name} = ${Value}]`).join(", ");
  return [
    threshold,
    [
      "Monitored Metric:",
      wide("MetricNamespace", metric.namespace),
      wide("MetricName", metric.name),
      wide("Dimensions", pairs),
      wide("Period", `${metric.period} seconds`),
      wide("Statistic", metric.statistic ?? metric.extendedStatistic ?? ""),
      wide("Unit", metric.unit ?? "not specified"),
      wide("TreatMissingData", treatMissingData),
    ],
  ];
}

function childrenSection({ alarm }: Happening): string[] {
  const children = triggeringChildren(alarm.condition).slice(0, MAX_CHILDREN);
  return [
    `Triggering children (max. ${MAX_CHILDREN}):`,
    ...children.map(({ arn, value, timestamp }) => `- ${arn}   ${value.padEnd(20)}${timestamp}`),
  ];
}

const contributorText = (attributes: Readonly<Record<string, string>>) =>
  Object.entries(attributes)
    .map(([key, value]) => `[${key} = ${value}]`)
    .join(", ");

const line = (label: string, text: string) => `- ${`${label}:`.padEnd(28)}${text}`;
const wide = (label: string, text: string) => `- ${`${label}:`.padEnd(37)}${text}`;
const actions = (arns: readonly string[]) => (arns.length === 0 ? "" : `[${arns.join(", ")}]`);

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** `Friday 22 July, 2022 15:57:45 UTC`, the form of times in CloudWatch's sentences. */
export function longTime(ms: number): string {
  const date = new Date(ms);
  const day = String(date.getUTCDate()).padStart(2, "0");
  return `${WEEKDAYS[date.getUTCDay()]} ${day} ${MONTHS[date.getUTCMonth()]}, ${date.getUTCFullYear()} ${date.toISOString().slice(11, 19)} UTC`;
}
