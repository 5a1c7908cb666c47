import { axisWidth, drawGrid, drawNumberAxis, ticksFor } from "./axes.ts";
import { type Box, bottom, type Chart, right } from "./chart.ts";
import { emptyNote, frameOf, pictureOf } from "./frame.ts";
import { type LegendEntry, legendBelow, legendBeside } from "./legend.ts";
import { drawHorizontal } from "./marks.ts";
import { numberScale } from "./number-scale.ts";
import { shortNumber, unitText } from "./number-text.ts";
import { group, line, rect, type SvgNode } from "./svg.ts";
import { fitText, text } from "./text.ts";
import { seriesColor, type Theme } from "./theme.ts";

/** A bar for the newest value of each series, side by side. */
export function drawBars(chart: Chart): SvgNode {
  const frame = frameOf(chart);
  const { theme } = frame;
  const bars = chart.series.map((series, index) => ({
    label: series.label,
    color: series.color ?? seriesColor(index),
    incomplete: series.incomplete === true,
    value: series.values.at(-1),
    unit: series.unit,
  }));
  if (bars.every(({ value }) => value === undefined)) {
    return pictureOf(chart, frame, [emptyNote(frame.rest, chart.emptyText ?? "No data available", theme)]);
  }
  let rest = frame.rest;
  const contents: SvgNode[] = [];
  const entries: readonly LegendEntry[] = bars;
  if (chart.legend !== "hidden" && rest.width >= 160 && rest.height >= 120) {
    const legend = chart.legend === "right" ? legendBeside(entries, rest, theme) : legendBelow(entries, rest, theme);
    contents.push(...legend.nodes);
    rest = legend.rest;
  }
  const values = bars.flatMap(({ value }) => value ?? []);
  const marked = chart.horizontal.flatMap(({ value, to }) => (to === undefined ? [value] : [value, to]));
  const [low, high] = [Math.min(0, ...values, ...marked), Math.max(0, ...values, ...marked)];
  const scale = numberScale(low, high, ticksFor(rest.height), { min: chart.axes.left?.min, max: chart.axes.left?.max });
  // A lower picture has room for the bars alone.
  const roomy = rest.height >= 50;
  const width = roomy ? axisWidth(scale) : 0;
  // Above the highest bar stands its number.
  const above = roomy ? 14 : 0;
  const plot: Box = {
    x: rest.x + width,
    y: rest.y + above,
    width: Math.max(1, rest.width - width),
    height: Math.max(1, rest.height - above - (roomy ? 6 : 0)),
  };
  const toY = (value: number) => bottom(plot) - ((value - scale.min) / (scale.max - scale.min)) * plot.height;
  const base = Math.min(Math.max(toY(0), plot.y), bottom(plot));
  const marks = drawHorizontal(chart.horizontal, toY, plot, theme);
  contents.push(
    group(drawGrid(scale, toY, plot, theme)),
    group(roomy ? drawNumberAxis(scale, toY, plot, "left", theme) : []),
    group(marks.areas),
    ...drawAll(bars, plot, base, (value) => Math.min(Math.max(toY(value), plot.y), bottom(plot)), roomy, theme),
    line(plot.x, Math.round(base) + 0.5, right(plot), Math.round(base) + 0.5, { stroke: theme.axis }),
    group(roomy ? marks.lines : []),
  );
  return pictureOf(chart, frame, contents);
}

interface Bar {
  readonly color: string;
  readonly value: number | undefined;
  readonly unit: string | undefined;
}

function drawAll(
  bars: readonly Bar[],
  plot: Box,
  base: number,
  toY: (value: number) => number,
  numbers: boolean,
  theme: Theme,
): SvgNode[] {
  const slot = plot.width / bars.length;
  const width = Math.min(72, Math.max(1, slot * 0.7));
  return bars.flatMap(({ color, value, unit }, index) => {
    if (value === undefined) return [];
    const y = toY(value);
    const x = plot.x + slot * index + (slot - width) / 2;
    const bar = rect(x, Math.min(y, base), width, Math.max(1, Math.abs(base - y)), { fill: color });
    const number = fitText(`${shortNumber(value)}${unitText(unit)}`, slot - 2, 11);
    const label = text(number, x + width / 2, y <= base ? y - 4 : y + 13, {
      size: 11,
      color: theme.text,
      anchor: "middle",
    });
    // A cut number is a wrong one.
    return !numbers || number.endsWith("…") || number === "" ? [bar] : [bar, label];
  });
}
