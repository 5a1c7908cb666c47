import { isBreaching } from "./breaching.ts";
import type { Verdict } from "./evaluate.ts";
import { javaDouble } from "./java-double.ts";
import type { BandComparison, Datapoint, EvaluationSettings, StateValue, StaticComparison } from "./settings.ts";

const STATIC_WORDS: Readonly<Record<StaticComparison, string>> = {
  GreaterThanOrEqualToThreshold: "greater than or equal to",
  GreaterThanThreshold: "greater than",
  LessThanThreshold: "less than",
  LessThanOrEqualToThreshold: "less than or equal to",
};

/** From so many datapoints on a reason names only the newest of them (published alarm mails). */
const LISTED = 5;

/**
 * Why an alarm is in its new state, as CloudWatch words it. The wording is that of published alarms:
 *
 * - `Threshold Crossed: 1 datapoint [3.0 (11/08/18 10:55:00)] was greater than or equal to the threshold (1.0).`
 * - with DatapointsToAlarm `Threshold Crossed: 2 out of the last 3 datapoints […] were … (minimum 2 datapoints for OK -> ALARM transition).`
 * - `… was not less than the threshold (1.0) and 1 missing datapoint was treated as [Breaching].`
 * - `Insufficient Data: 1 datapoint was unknown.`
 */
export function reasonText(settings: EvaluationSettings, state: StateValue, { evaluated }: Verdict): string {
  const points = evaluated.flatMap(({ point }) => point ?? []);
  const missing = evaluated.length - points.length;
  if (state === "INSUFFICIENT_DATA")
    return `Insufficient Data: ${count(missing, "datapoint")} ${was(missing)} unknown.`;

  const title =
    settings.limit.comparison.endsWith("ToThreshold") || "threshold" in settings.limit ? "Threshold" : "Thresholds";
  const treated = treatment(settings, missing);
  if (points.length === 0) {
    return `${title} Crossed: no datapoints were received for ${count(missing, "period")}${treated}.`;
  }
  const isAlarm = state === "ALARM";
  // Those that speak for the state; when missing ones alone made it, those that are there.
  const speaking = points.filter((point) => isBreaching(point, settings.limit) === isAlarm);
  const shown = speaking.length > 0 ? speaking : points;
  const against = (isAlarm && speaking.length === 0) || (!isAlarm && speaking.length > 0);
  const words = `${was(shown.length)} ${against ? "not " : ""}${limitWords(settings, shown)}`;
  const { datapointsToAlarm: m, evaluationPeriods: n } = settings;
  const lead =
    m === undefined
      ? count(shown.length, "datapoint")
      : `${shown.length} out of the last ${evaluated.length} datapoints`;
  const least = m === undefined ? "" : minimum(isAlarm ? m : n - m + 1, isAlarm);
  if (shown.length >= LISTED) {
    const newest = shown.slice(0, LISTED).map(datapointText).join(", ");
    const which = isAlarm ? "datapoints which crossed the threshold" : "datapoints which did not cross the threshold";
    return `${title} Crossed: ${lead} ${words}${treated}. The most recent ${which}: [${newest}]${least}.`;
  }
  return `${title} Crossed: ${lead} [${shown.map(datapointText).join(", ")}] ${words}${treated}${least}.`;
}

function limitWords({ limit }: EvaluationSettings, points: readonly Datapoint[]): string {
  if ("threshold" in limit) return `${STATIC_WORDS[limit.comparison]} the threshold (${javaDouble(limit.threshold)})`;
  return bandWords(limit.comparison, points);
}

function bandWords(comparison: BandComparison, points: readonly Datapoint[]): string {
  const list = (side: "lower" | "upper") =>
    points
      .slice(0, LISTED)
      .map((point) => javaDouble(point[side] ?? Number.NaN))
      .join(", ");
  const lower = () => `less than the lower thresholds [${list("lower")}]`;
  const upper = () => `greater than the upper thresholds [${list("upper")}]`;
  if (comparison === "LessThanLowerThreshold") return lower();
  if (comparison === "GreaterThanUpperThreshold") return upper();
  return `${lower()} or ${upper()}`;
}

function treatment({ treatMissingData }: EvaluationSettings, missing: number): string {
  if (missing === 0 || (treatMissingData !== "breaching" && treatMissingData !== "notBreaching")) return "";
  const as = treatMissingData === "breaching" ? "Breaching" : "NonBreaching";
  return ` and ${count(missing, "missing datapoint")} ${was(missing)} treated as [${as}]`;
}

const minimum = (least: number, isAlarm: boolean) =>
  ` (minimum ${count(least, "datapoint")} for ${isAlarm ? "OK -> ALARM" : "ALARM -> OK"} transition)`;
const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? "" : "s"}`;
const was = (number: number) => (number === 1 ? "was" : "were");
const datapointText = ({ at, value }: Datapoint) => `${javaDouble(value)} (${shortTime(at)})`;

/** `dd/MM/yy HH:mm:ss` in UTC. */
function shortTime(ms: number): string {
  const text = new Date(ms).toISOString();
  return `${text.slice(8, 10)}/${text.slice(5, 7)}/${text.slice(2, 4)} ${text.slice(11, 19)}`;
}
