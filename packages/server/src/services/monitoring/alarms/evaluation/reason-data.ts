import type { Verdict } from "./evaluate.ts";
import { javaDouble } from "./java-double.ts";
import type { Datapoint, EvaluationSettings } from "./settings.ts";

/** What the alarm watches, as far as the data names it; an alarm on math or a band has neither. */
export interface ReasonSubject {
  readonly statistic?: string | undefined;
  readonly unit?: string | undefined;
}

/** The bound of `StateReasonData` in the API. */
const MAX_LENGTH = 4_000;

/**
 * The JSON beside a reason, member by member as recorded from CloudWatch. It holds at most 4,000 characters: of a long
 * evaluation the oldest datapoints are left out.
 */
export function reasonData(
  settings: EvaluationSettings,
  subject: ReasonSubject,
  { evaluated }: Verdict,
  queriedAtMs: number,
): string {
  for (let length = evaluated.length; ; length = Math.floor(length * 0.8)) {
    const text = write(settings, subject, evaluated.slice(0, length), queriedAtMs);
    if (text.length <= MAX_LENGTH || length === 0) return text;
  }
}

function write(
  settings: EvaluationSettings,
  { unit, statistic }: ReasonSubject,
  evaluated: Verdict["evaluated"],
  queriedAtMs: number,
): string {
  const { limit } = settings;
  const points = evaluated.flatMap(({ point }) => point ?? []).reverse();
  const first = points[0];
  const list = (pick: (point: Datapoint) => number | undefined) =>
    points.map((point) => javaDouble(pick(point) ?? 0)).join(",");
  const members = [
    `"version":"1.0"`,
    `"queryDate":"${stamp(queriedAtMs)}"`,
    first && `"startDate":"${stamp(first.at)}"`,
    unit && `"unit":${JSON.stringify(unit)}`,
    statistic && `"statistic":${JSON.stringify(statistic)}`,
    `"period":${settings.period}`,
    `"recentDatapoints":[${list(({ value }) => value)}]`,
    "threshold" in limit && `"threshold":${javaDouble(limit.threshold)}`,
    limit.comparison.includes("Lower") && `"recentLowerThresholds":[${list(({ lower }) => lower)}]`,
    limit.comparison.includes("Upper") && `"recentUpperThresholds":[${list(({ upper }) => upper)}]`,
    `"evaluatedDatapoints":[${evaluated.map(({ at, point }) => datapoint(at, point)).join(",")}]`,
  ];
  return `{${members.filter((member) => typeof member === "string" && member !== "").join(",")}}`;
}

function datapoint(at: number, point: Datapoint | undefined): string {
  const members = [`"timestamp":"${stamp(at)}"`];
  if (point?.sampleCount !== undefined) members.push(`"sampleCount":${javaDouble(point.sampleCount)}`);
  if (point !== undefined) members.push(`"value":${javaDouble(point.value)}`);
  return `{${members.join(",")}}`;
}

/** `yyyy-MM-ddTHH:mm:ss.SSS+0000`, the form of times in CloudWatch's documents. */
export function stamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}+0000`;
}
