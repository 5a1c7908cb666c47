import { type Chart, shortNumber, unitText } from "@nephoscope/charts";
import { visibleText } from "../result-table/visible-text.ts";

/** Series that the description tells of. */
const TOLD_SERIES = 20;

/** The graph in words: of each series the newest, the lowest and the highest value. */
export function describeChart({ series, bands, horizontal }: Chart): string {
  const lines = series.slice(0, TOLD_SERIES).map(({ label, values, unit }) => {
    const last = values.at(-1);
    if (last === undefined) return `${label}: no data.`;
    const low = values.reduce((least, value) => Math.min(least, value), Infinity);
    const high = values.reduce((most, value) => Math.max(most, value), -Infinity);
    return `${label}: ${shortNumber(last)}${unitText(unit)} at last, from ${shortNumber(low)} to ${shortNumber(high)}.`;
  });
  if (series.length > TOLD_SERIES) lines.push(`${series.length - TOLD_SERIES} more series.`);
  for (const { label, lower, upper } of bands) {
    const [low, high] = [lower.values.at(-1), upper.values.at(-1)];
    if (low !== undefined && high !== undefined)
      lines.push(`${label}: from ${shortNumber(low)} to ${shortNumber(high)} at last.`);
  }
  for (const { value, label } of horizontal) lines.push(`Line at ${shortNumber(value)}${label ? `: ${label}` : ""}.`);
  return visibleText(lines.join(" "));
}
