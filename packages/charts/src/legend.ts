import { type Box, bottom } from "./chart.ts";
import { group, node, rect, type SvgNode } from "./svg.ts";
import { fitText, oneLine, text, textWidth } from "./text.ts";
import type { Theme } from "./theme.ts";

export interface LegendEntry {
  readonly label: string;
  readonly color: string;
  /** Not all of its data could be read: an orange triangle says so. */
  readonly incomplete: boolean;
}

const SIZE = 11;
const ROW = 16;
const MARK = 10;
const GAP = 5;
const BETWEEN = 16;
const TRIANGLE = 13;
/** A legend may not push its graph aside: this share of the picture, and then it says how many are left out. */
const SHARE_BELOW = 0.3;
const SHARE_BESIDE = 0.35;

interface Placed {
  readonly nodes: readonly SvgNode[];
  /** What is left for the graph. */
  readonly rest: Box;
}

function entryWidth(entry: LegendEntry): number {
  // A pixel more than measured: a sum of widths is not exact, and a label that fits must not be cut.
  return MARK + GAP + textWidth(oneLine(entry.label), SIZE) + 1 + (entry.incomplete ? TRIANGLE : 0);
}

function drawEntry(entry: LegendEntry, x: number, y: number, width: number, theme: Theme): SvgNode {
  const room = width - MARK - GAP - (entry.incomplete ? TRIANGLE : 0);
  const label = fitText(entry.label, room, SIZE);
  const parts = [
    rect(x, y - 8, MARK, MARK - 1, { fill: entry.color, rx: 1.5 }),
    text(label, x + MARK + GAP, y, { size: SIZE, color: theme.text }),
  ];
  if (entry.incomplete) {
    parts.push(warningSign(x + MARK + GAP + Math.min(room, textWidth(label, SIZE)) + 3, y, theme));
  }
  return group(parts);
}

function warningSign(x: number, y: number, theme: Theme): SvgNode {
  return group([
    node("path", { d: `M${x} ${y}l5 -9l5 9Z`, fill: theme.warning }),
    text("!", x + 5, y - 1, { size: 8, color: "#ffffff", bold: true, anchor: "middle" }),
  ]);
}

/** Entries in rows below the graph, each as wide as its label. */
export function legendBelow(entries: readonly LegendEntry[], box: Box, theme: Theme): Placed {
  const most = Math.max(1, Math.floor((box.height * SHARE_BELOW) / ROW));
  const rows: { entry: LegendEntry; x: number; width: number }[][] = [[]];
  let x = 0;
  let shown = 0;
  for (const entry of entries) {
    const width = Math.min(entryWidth(entry), box.width);
    if (x > 0 && x + width > box.width) {
      if (rows.length === most) break;
      rows.push([]);
      x = 0;
    }
    rows.at(-1)?.push({ entry, x, width });
    x += width + BETWEEN;
    shown += 1;
  }
  const more = entries.length - shown;
  const height = rows.length * ROW + (more > 0 ? ROW : 0);
  const top = bottom(box) - height;
  const nodes = rows.flatMap((row, index) =>
    row.map((one) => drawEntry(one.entry, box.x + one.x, top + (index + 1) * ROW - 3, one.width, theme)),
  );
  if (more > 0) nodes.push(text(`and ${more} more`, box.x, bottom(box) - 3, { size: SIZE, color: theme.secondary }));
  return { nodes, rest: { ...box, height: box.height - height - 6 } };
}

/** Entries in a column on the right. */
export function legendBeside(entries: readonly LegendEntry[], box: Box, theme: Theme): Placed {
  const widest = Math.max(0, ...entries.map(entryWidth));
  const width = Math.min(widest, box.width * SHARE_BESIDE);
  const most = Math.max(1, Math.floor(box.height / ROW));
  const shown = entries.length > most ? entries.slice(0, most - 1) : entries;
  const x = box.x + box.width - width;
  const nodes = shown.map((entry, index) => drawEntry(entry, x, box.y + (index + 1) * ROW - 3, width, theme));
  if (shown.length < entries.length) {
    const y = box.y + (shown.length + 1) * ROW - 3;
    nodes.push(text(`and ${entries.length - shown.length} more`, x, y, { size: SIZE, color: theme.secondary }));
  }
  return { nodes, rest: { ...box, width: box.width - width - BETWEEN } };
}
