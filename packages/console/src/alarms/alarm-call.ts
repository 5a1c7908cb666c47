import type * as CloudWatch from "@aws-sdk/client-cloudwatch";
import type { MetricRow } from "@nephoscope/languages/dashboard-body";
import { type MetricUnit, metricUnit } from "@nephoscope/languages/metric-unit";
import type { Json } from "../api/json-types.ts";
import { freeId } from "../metrics/graph-state.ts";
import {
  type AlarmAction,
  type AlarmForm,
  type AlarmState,
  BAND_SIDES,
  COMPARISONS,
  EMPTY_ALARM,
  faultsOf,
  MISSING,
  type PutMetricAlarm,
} from "./alarm-form.ts";
import { rowsOfAlarm } from "./alarm-graph.ts";

type MetricAlarm = Json<CloudWatch.MetricAlarm>;
type DataQuery = NonNullable<PutMetricAlarm["Metrics"]>[number];

const STATISTICS = ["Average", "Sum", "Minimum", "Maximum", "SampleCount"] as const;

/** The call that makes the alarm. Throws when the form has faults. */
export function putMetricAlarm(form: AlarmForm): PutMetricAlarm {
  if ([0, 1, 2, 3].some((step) => Object.keys(faultsOf(form, step)).length > 0))
    throw new Error("The alarm is not complete yet.");
  const { Unit, ...kept } = form.kept;
  return {
    AlarmName: form.name.trim(),
    ...(form.description !== "" && { AlarmDescription: form.description }),
    ...kept,
    ...watchedOf(form),
    EvaluationPeriods: Number(form.of),
    DatapointsToAlarm: Number(form.datapoints),
    ComparisonOperator: form.limit === "band" ? form.side : form.comparison,
    ...(form.limit === "static" && { Threshold: Number(form.threshold) }),
    TreatMissingData: form.missing,
    ...actionLists(form.actions),
  };
}

/** The actions as the calls that make alarms take them. */
export function actionLists(actions: readonly AlarmAction[]) {
  const arns = (state: AlarmState) => actions.filter((action) => action.state === state).map(({ arn }) => arn);
  return { AlarmActions: arns("ALARM"), OKActions: arns("OK"), InsufficientDataActions: arns("INSUFFICIENT_DATA") };
}

export function actionsOf(alarm: {
  readonly AlarmActions?: readonly string[] | undefined;
  readonly OKActions?: readonly string[] | undefined;
  readonly InsufficientDataActions?: readonly string[] | undefined;
}): readonly AlarmAction[] {
  return [
    ...(alarm.AlarmActions ?? []).map((arn) => ({ state: "ALARM" as const, arn })),
    ...(alarm.OKActions ?? []).map((arn) => ({ state: "OK" as const, arn })),
    ...(alarm.InsufficientDataActions ?? []).map((arn) => ({ state: "INSUFFICIENT_DATA" as const, arn })),
  ].map((action, index) => ({ id: String(index + 1), ...action }));
}

/** What is watched: a metric by itself where that is enough, else the rows with their math and the band. */
function watchedOf(form: AlarmForm): Partial<PutMetricAlarm> {
  const { metric, stat, period, limit, kept } = form;
  if (form.kind === "metric" && limit === "static" && metric !== undefined) {
    const statistic = STATISTICS.find((each) => each === stat);
    return {
      Namespace: metric.namespace,
      MetricName: metric.name,
      Dimensions: metric.dimensions.map(([Name, Value]) => ({ Name, Value })),
      ...(statistic === undefined ? { ExtendedStatistic: stat } : { Statistic: statistic }),
      Period: period,
      ...(kept.Unit !== undefined && { Unit: kept.Unit }),
    };
  }
  const { rows, watched } = rowsOfForm(form);
  const Metrics = rows.map((row) => dataQuery(row, form, row.options.id === watched));
  if (limit === "static") return { Metrics };
  const band = freeId(rows, "ad");
  return {
    Metrics: [
      ...Metrics,
      { Id: band, Expression: bandExpression(watched, form.deviations), Label: "Expected", ReturnData: true },
    ],
    ThresholdMetricId: band,
  };
}

/** The rows of the form: of a metric its only one. */
export function rowsOfForm(form: AlarmForm): { readonly rows: readonly MetricRow[]; readonly watched: string } {
  if (form.kind === "math") return form;
  if (form.metric === undefined) return { rows: [], watched: "" };
  const { namespace, name, dimensions } = form.metric;
  const { Unit: unit } = form.kept;
  const options = { id: "m1", stat: form.stat, period: form.period, ...(unit !== undefined && { unit }) };
  return { rows: [{ kind: "metric", namespace, metric: name, dimensions, options }], watched: "m1" };
}

export const bandExpression = (id: string, deviations: string) =>
  `ANOMALY_DETECTION_BAND(${id}, ${Number(deviations)})`;

function dataQuery(row: MetricRow, { period, stat }: AlarmForm, watched: boolean): DataQuery {
  const { id = "", label, accountId, period: own } = row.options;
  const shared = {
    Id: id,
    ...(label !== undefined && { Label: label }),
    ...(accountId !== undefined && { AccountId: accountId }),
    ReturnData: watched,
  };
  if (row.kind === "expression")
    return { ...shared, Expression: row.expression, ...(own !== undefined && { Period: own }) };
  return {
    ...shared,
    MetricStat: {
      Metric: {
        Namespace: row.namespace,
        MetricName: row.metric,
        Dimensions: row.dimensions.map(([Name, Value]) => ({ Name, Value })),
      },
      Period: own ?? period,
      Stat: row.options.stat ?? stat,
      ...unitOf(row.options.unit),
    },
  };
}

function unitOf(name: string | undefined): { readonly Unit?: MetricUnit } {
  const Unit = name === undefined ? undefined : metricUnit(name);
  return Unit === undefined ? {} : { Unit };
}

const BAND = /^\s*ANOMALY_DETECTION_BAND\s*\(\s*(\w+)\s*(?:,\s*([\d.]+)\s*)?\)\s*$/;

/** An alarm as the wizard shows it; undefined for one that it can not, such as a band of something else than what is watched. */
export function formOfAlarm(alarm: MetricAlarm): AlarmForm | undefined {
  const shared: AlarmForm = {
    ...EMPTY_ALARM,
    threshold: String(alarm.Threshold ?? ""),
    datapoints: String(alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods ?? 1),
    of: String(alarm.EvaluationPeriods ?? 1),
    missing: MISSING.find(({ value }) => value === alarm.TreatMissingData)?.value ?? "missing",
    actions: actionsOf(alarm),
    name: alarm.AlarmName ?? "",
    description: alarm.AlarmDescription ?? "",
    kept: {
      ...(alarm.ActionsEnabled === false && { ActionsEnabled: false }),
      ...(alarm.Unit !== undefined && { Unit: alarm.Unit }),
      ...(alarm.EvaluateLowSampleCountPercentile !== undefined && {
        EvaluateLowSampleCountPercentile: alarm.EvaluateLowSampleCountPercentile,
      }),
      ...(alarm.EvaluationWindow !== undefined && { EvaluationWindow: alarm.EvaluationWindow }),
      ...(alarm.WarmUpConfiguration !== undefined && { WarmUpConfiguration: alarm.WarmUpConfiguration }),
    },
  };
  const side = BAND_SIDES.find(({ value }) => value === alarm.ComparisonOperator)?.value;
  const comparison = COMPARISONS.find(({ value }) => value === alarm.ComparisonOperator)?.value;
  if (comparison === undefined && side === undefined) return undefined;
  const limit = comparison === undefined ? { limit: "band" as const, side: side ?? EMPTY_ALARM.side } : { comparison };
  if (alarm.MetricName !== undefined && alarm.Namespace !== undefined)
    return {
      ...shared,
      ...limit,
      metric: {
        namespace: alarm.Namespace,
        name: alarm.MetricName,
        dimensions: (alarm.Dimensions ?? []).map(({ Name = "", Value = "" }) => [Name, Value] as const),
      },
      stat: alarm.ExtendedStatistic ?? alarm.Statistic ?? "Average",
      period: alarm.Period ?? 300,
    };
  const all = rowsOfAlarm(alarm);
  const rows = all.filter(({ options }) => options.id !== alarm.ThresholdMetricId);
  const band = all.find(({ options }) => options.id === alarm.ThresholdMetricId);
  const [, of, deviations = "2"] = (band?.kind === "expression" && BAND.exec(band.expression)) || [];
  const returned = (alarm.Metrics ?? []).filter(
    ({ Id, ReturnData }) => ReturnData !== false && Id !== alarm.ThresholdMetricId,
  );
  const watched = returned[0]?.Id ?? rows.at(-1)?.options.id;
  if (watched === undefined || (comparison === undefined && of !== watched)) return undefined;
  const [only] = rows;
  if (only?.kind === "metric" && rows.length === 1 && only.options.label === undefined && comparison === undefined) {
    const { stat = "Average", period = 300, unit } = only.options;
    if (only.options.accountId === undefined)
      return {
        ...shared,
        ...limit,
        kept: { ...shared.kept, ...unitOf(unit) },
        deviations,
        metric: { namespace: only.namespace, name: only.metric, dimensions: only.dimensions },
        stat,
        period,
      };
  }
  return { ...shared, ...limit, deviations, kind: "math", rows, watched };
}
