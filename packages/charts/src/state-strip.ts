import { type AlarmState, type Box, bottom } from "./chart.ts";
import { rect, type SvgNode } from "./svg.ts";
import { text, textWidth } from "./text.ts";
import type { Theme } from "./theme.ts";

const STRIP = 10;
const SIZE = 10;
/** The strip with the names below it. */
export const STATE_STRIP_HEIGHT = 30;

const NAMES = { OK: "OK", ALARM: "In alarm", INSUFFICIENT_DATA: "Insufficient data" } as const;

/** The states of an alarm over the time of the graph above, and below it which colour is which. */
export function drawStates(
  states: readonly AlarmState[],
  range: { readonly startMs: number; readonly endMs: number },
  toX: (ms: number) => number,
  box: Box,
  theme: Theme,
): SvgNode[] {
  const sorted = [...states].sort((a, b) => a.atMs - b.atMs);
  const nodes: SvgNode[] = [];
  const seen = new Set<AlarmState["state"]>();
  sorted.forEach(({ atMs, state }, index) => {
    const from = Math.max(atMs, range.startMs);
    const to = Math.min(sorted[index + 1]?.atMs ?? range.endMs, range.endMs);
    if (to <= from) return;
    seen.add(state);
    // A state that held for a moment only is the one that people look for: it is never thinner than two pixels.
    nodes.push(rect(toX(from), box.y, Math.max(2, toX(to) - toX(from)), STRIP, { fill: theme.states[state] }));
  });
  let x = box.x;
  for (const state of ["ALARM", "OK", "INSUFFICIENT_DATA"] as const) {
    if (!seen.has(state)) continue;
    const y = bottom(box) - 4;
    nodes.push(rect(x, y - 7, 8, 8, { fill: theme.states[state], rx: 1.5 }));
    nodes.push(text(NAMES[state], x + 12, y, { size: SIZE, color: theme.secondary }));
    x += 12 + textWidth(NAMES[state], SIZE) + 14;
  }
  return nodes;
}
