import type { MetricProperties } from "@nephoscope/languages/dashboard-body";
import { freeId, writeRows } from "../metrics/graph-state.ts";
import { bandExpression, rowsOfForm } from "./alarm-call.ts";
import { type AlarmForm, faultsOf, signOf } from "./alarm-form.ts";

/** The graph of what the form watches, with its threshold or its band, as far as they are chosen and right. */
export function graphOfForm(form: AlarmForm): MetricProperties | undefined {
  if (Object.keys(faultsOf(form, 0)).length > 0) return undefined;
  const { rows, watched } = rowsOfForm(form);
  const shown = rows.map((row) => ({ ...row, options: { ...row.options, visible: row.options.id === watched } }));
  const faults = faultsOf(form, 1);
  const band =
    form.limit === "band" && faults.deviations === undefined
      ? [
          {
            kind: "expression" as const,
            expression: bandExpression(watched, form.deviations),
            options: { id: freeId(rows, "ad"), label: "Expected" },
          },
        ]
      : [];
  return {
    metrics: writeRows([...shown, ...band]),
    stat: form.stat,
    period: form.period,
    ...(form.limit === "static" &&
      faults.threshold === undefined && {
        annotations: {
          horizontal: [
            {
              value: Number(form.threshold),
              label: `${watchedName(form)} ${signOf(form.comparison)} ${Number(form.threshold)}`,
              color: "#d13212",
            },
          ],
        },
      }),
  };
}

/** What is watched, in a word or two. */
export function watchedName(form: AlarmForm): string {
  if (form.kind === "metric") return form.metric?.name ?? "the metric";
  const row = form.rows.find(({ options }) => options.id === form.watched);
  if (row === undefined) return "the row";
  return row.options.label || (row.kind === "metric" ? row.metric : row.expression);
}

/** What the alarm waits for, in words. */
export function conditionOf(form: AlarmForm): string {
  const limit =
    form.limit === "static"
      ? `${signOf(form.comparison)} ${form.threshold}`
      : `${signOf(form.side)} a band of ${form.deviations} standard deviations`;
  return `${limit} for ${form.datapoints} out of ${form.of} datapoints`;
}
