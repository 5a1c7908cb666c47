import type { Box, Chart } from "./chart.ts";
import { emptyNote, frameOf, pictureOf } from "./frame.ts";
import { legendBelow, legendBeside } from "./legend.ts";
import { shortNumber, unitText } from "./number-text.ts";
import { group, node, round, type SvgNode } from "./svg.ts";
import { text } from "./text.ts";
import { seriesColor, type Theme } from "./theme.ts";

interface Slice {
  readonly label: string;
  readonly color: string;
  readonly incomplete: boolean;
  readonly value: number;
  readonly unit: string | undefined;
}

/** The newest value of each series as its share of all. What is not above 0 has no share. */
export function drawPie(chart: Chart): SvgNode {
  const frame = frameOf(chart);
  const slices = chart.series.flatMap((series, index): Slice[] => {
    const value = series.values.at(-1);
    if (value === undefined || !(value > 0) || !Number.isFinite(value)) return [];
    const color = series.color ?? seriesColor(index);
    return [{ label: series.label, color, incomplete: series.incomplete === true, value, unit: series.unit }];
  });
  const sum = slices.reduce((total, { value }) => total + value, 0);
  if (sum <= 0)
    return pictureOf(chart, frame, [emptyNote(frame.rest, chart.emptyText ?? "No data available", frame.theme)]);
  let rest = frame.rest;
  const contents: SvgNode[] = [];
  if (chart.legend !== "hidden" && rest.width >= 160 && rest.height >= 120) {
    const entries = slices.map((slice) => ({
      ...slice,
      label: `${slice.label} (${shortNumber(slice.value)}${unitText(slice.unit)}, ${percent(slice.value / sum)})`,
    }));
    const legend =
      chart.legend === "right" ? legendBeside(entries, rest, frame.theme) : legendBelow(entries, rest, frame.theme);
    contents.push(...legend.nodes);
    rest = legend.rest;
  }
  contents.push(...drawSlices(slices, sum, chart.sliceLabels, rest, frame.theme));
  return pictureOf(chart, frame, contents);
}

const percent = (share: number) => `${Number((share * 100).toPrecision(3))}%`;

/** Pixels from the middle of a slice's number to its end. */
const HALF_NUMBER = 20;

function drawSlices(slices: readonly Slice[], sum: number, labels: boolean, box: Box, theme: Theme): SvgNode[] {
  const radius = Math.max(4, Math.min(box.width, box.height) / 2 - 4);
  const x = box.x + box.width / 2;
  const y = box.y + box.height / 2;
  const at = (share: number, r: number) => {
    const angle = 2 * Math.PI * share - Math.PI / 2;
    return { x: x + r * Math.cos(angle), y: y + r * Math.sin(angle) };
  };
  const reach = Math.min(radius * 0.68, radius - HALF_NUMBER);
  let from = 0;
  const parts: SvgNode[] = [];
  const texts: SvgNode[] = [];
  for (const { color, value } of slices) {
    const share = value / sum;
    if (share > 0.9999) parts.push(node("circle", { cx: x, cy: y, r: radius, fill: color }));
    else
      parts.push(
        node("path", {
          d: wedge(x, y, radius, at(from, radius), at(from + share, radius), share),
          fill: color,
          stroke: theme.background,
          "stroke-width": 1,
        }),
      );
    // A thinner slice, or one of a smaller pie, has no room for its number.
    if (labels && share >= 0.05 && reach >= radius * 0.4) {
      const middle = at(from + share / 2, reach);
      texts.push(
        text(percent(share), middle.x, middle.y + 4, { size: 11, color: "#ffffff", bold: true, anchor: "middle" }),
      );
    }
    from += share;
  }
  return [group(parts), group(texts)];
}

function wedge(
  x: number,
  y: number,
  radius: number,
  a: { x: number; y: number },
  b: { x: number; y: number },
  share: number,
): string {
  const r = round(radius);
  return `M${round(x)} ${round(y)}L${round(a.x)} ${round(a.y)}A${r} ${r} 0 ${share > 0.5 ? 1 : 0} 1 ${round(b.x)} ${round(b.y)}Z`;
}
