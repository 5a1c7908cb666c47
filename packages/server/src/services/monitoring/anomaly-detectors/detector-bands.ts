import { parseMetricMath } from "@nephoscope/languages";
import type { Bands, BandTarget as RequestTarget } from "../metrics/bands.ts";
import type { DataEntry, Owner } from "../metrics/data-query.ts";
import type { AnomalyModels } from "./anomaly-models.ts";
import { bandSeries } from "./band-series.ts";
import { type BandTarget, expressionTarget, finestPeriod, metricTarget } from "./band-target.ts";

/** A minute: the period of an expression that needs no metric. */
const DEFAULT_PERIOD = 60;

/** Bands of graphs and alarms from what detectors have learned. */
export function detectorBands(models: AnomalyModels): Bands {
  return {
    async fetch(requested, evaluation) {
      const { target, period } = findTarget(requested, evaluation);
      const model = await models.model(target, period, evaluation.signal);
      return (series, deviations) => bandSeries(model, series, evaluation, deviations);
    },
  };
}

function findTarget(requested: RequestTarget, owner: Owner): { readonly target: BandTarget; readonly period: number } {
  if (requested.kind === "metric") return { target: metricTarget(requested), period: requested.query.period };
  const { id, entries } = requested;
  const needed = neededBy(entries, id);
  const period = finestPeriod(entries.filter((entry) => needed.has(entry.id))) ?? DEFAULT_PERIOD;
  return { target: expressionTarget(entries, id, needed, owner), period };
}

/** The Ids that an expression of a checked request needs, directly and through other expressions; METRICS() needs every metric. */
function neededBy(entries: readonly DataEntry[], id: string): ReadonlySet<string> {
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const needed = new Set<string>();
  const open = [id];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const entry = byId.get(next);
    if (entry === undefined || needed.has(next)) continue;
    needed.add(next);
    if (entry.kind !== "math") continue;
    const { ids, usesMetrics } = parseMetricMath(entry.expression);
    open.push(...ids);
    if (usesMetrics) open.push(...entries.flatMap((each) => (each.kind === "metric" ? [each.id] : [])));
  }
  return needed;
}
