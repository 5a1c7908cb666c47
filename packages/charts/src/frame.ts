import type { Box, Chart } from "./chart.ts";
import { group, node, rect, type SvgNode } from "./svg.ts";
import { fitText, oneLine, text } from "./text.ts";
import { THEMES, type Theme } from "./theme.ts";

const MARGIN = 12;
const TITLE = 14;
const SUBTITLE = 11;

/** A picture with its background and title, and what is left of it for the contents. */
export interface Frame {
  readonly theme: Theme;
  readonly heading: readonly SvgNode[];
  readonly rest: Box;
}

export function frameOf(chart: Chart): Frame {
  const theme = THEMES[chart.theme];
  const margin = Math.min(MARGIN, chart.width / 20, chart.height / 12);
  const heading: SvgNode[] = [];
  const width = chart.width - 2 * margin;
  let y = margin;
  // A picture that is lower than this has room for one thing.
  const roomy = chart.height >= 60;
  if (roomy && chart.title !== undefined && oneLine(chart.title) !== "") {
    y += TITLE;
    heading.push(
      text(fitText(chart.title, width, TITLE, true), margin, y, { size: TITLE, color: theme.text, bold: true }),
    );
    y += 6;
  }
  if (roomy && chart.subtitle !== undefined && oneLine(chart.subtitle) !== "") {
    y += SUBTITLE;
    heading.push(text(fitText(chart.subtitle, width, SUBTITLE), margin, y, { size: SUBTITLE, color: theme.secondary }));
    y += 5;
  }
  if (heading.length > 0) y += 4;
  return { theme, heading, rest: { x: margin, y, width, height: Math.max(1, chart.height - y - margin) } };
}

/** The whole picture: an `svg` element that needs nothing from outside. */
export function pictureOf(chart: Chart, frame: Frame, contents: readonly SvgNode[]): SvgNode {
  return node(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width: chart.width,
      height: chart.height,
      viewBox: `0 0 ${chart.width} ${chart.height}`,
    },
    rect(0, 0, chart.width, chart.height, { fill: frame.theme.background }),
    group(frame.heading),
    ...contents,
  );
}

export function emptyNote(box: Box, content: string, theme: Theme): SvgNode {
  const size = 13;
  return text(fitText(content, box.width, size), box.x + box.width / 2, box.y + box.height / 2 + 4, {
    size,
    color: theme.secondary,
    anchor: "middle",
  });
}
