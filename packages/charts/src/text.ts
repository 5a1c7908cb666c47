import { node, type SvgNode } from "./svg.ts";

/** The family that widths are known of; a page that lacks it shows its own sans-serif at about the same width. */
export const FONT_FAMILY = "DejaVu Sans";

/**
 * Widths of the characters U+0020 to U+007E in thousandths of the font's size, as DejaVu Sans Condensed has them (its
 * horizontal metrics). Layout knows them by heart, so that it needs no font and gives the same picture everywhere.
 */
const REGULAR = [
  286, 360, 414, 754, 572, 855, 702, 247, 351, 351, 450, 754, 286, 325, 286, 303, 572, 572, 572, 572, 572, 572, 572,
  572, 572, 572, 303, 303, 754, 754, 754, 478, 900, 615, 617, 628, 693, 568, 518, 697, 677, 265, 265, 590, 501, 776,
  673, 708, 542, 708, 625, 571, 549, 659, 615, 890, 616, 549, 616, 351, 303, 351, 754, 450, 450, 551, 571, 495, 571,
  554, 316, 571, 570, 250, 250, 521, 250, 876, 570, 550, 571, 571, 370, 469, 353, 570, 532, 736, 532, 532, 472, 572,
  303, 572, 754,
];
const BOLD = [
  313, 410, 469, 754, 626, 901, 785, 275, 411, 411, 470, 754, 342, 374, 342, 329, 626, 626, 626, 626, 626, 626, 626,
  626, 626, 626, 360, 360, 754, 754, 754, 522, 900, 696, 686, 660, 747, 615, 615, 738, 753, 334, 334, 697, 573, 896,
  753, 765, 659, 765, 693, 648, 614, 730, 696, 993, 694, 651, 652, 411, 329, 411, 754, 450, 450, 607, 644, 533, 644,
  610, 391, 644, 641, 308, 308, 598, 308, 938, 641, 618, 644, 644, 444, 536, 430, 641, 586, 831, 580, 586, 523, 641,
  329, 641, 754,
];
/** Other alphabets are a little wider on average than this font's Latin; the widest that it has are below this. */
const OTHER = 700;
const OTHER_BOLD = 760;
/** Chinese, Japanese, Korean and pictures are as wide as high. */
const SQUARE = 1_000;
const SQUARE_FROM = 0x1100;
const SQUARE_SINCE = 0x2e80;

/** About how wide a text is, in pixels. */
export function textWidth(text: string, size: number, bold = false): number {
  let thousandths = 0;
  for (const character of text) thousandths += widthOf(character.codePointAt(0) ?? 0, bold);
  return (thousandths * size) / 1_000;
}

function widthOf(code: number, bold: boolean): number {
  const known = (bold ? BOLD : REGULAR)[code - 0x20];
  if (known !== undefined) return known;
  if (code === 0x2026) return 900;
  if (isSquare(code)) return SQUARE;
  return bold ? OTHER_BOLD : OTHER;
}

const isSquare = (code: number) => code >= SQUARE_SINCE || (code >= SQUARE_FROM && code < 0x1200);

const ELLIPSIS = "…";
/** Longer texts are not measured to their end: nothing shows so much. */
const MAX_CHARACTERS = 500;

/** A text as it can be shown in one line: line breaks as spaces, without characters that hide or turn round what stands there. */
export function oneLine(text: string): string {
  return text
    .slice(0, MAX_CHARACTERS * 4)
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .replaceAll(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu, "")
    .trim();
}

/** The text, cut with an ellipsis to fit the width; empty when nothing would fit. */
export function fitText(text: string, width: number, size: number, bold = false): string {
  const clean = oneLine(text);
  if (clean.length <= MAX_CHARACTERS && textWidth(clean, size, bold) <= width) return clean;
  let left = width - textWidth(ELLIPSIS, size, bold);
  let fitting = "";
  for (const character of Array.from(clean).slice(0, MAX_CHARACTERS)) {
    left -= textWidth(character, size, bold);
    if (left < 0) break;
    fitting += character;
  }
  return fitting === "" ? "" : `${fitting.trimEnd()}${ELLIPSIS}`;
}

export interface TextStyle {
  readonly size: number;
  readonly color: string;
  readonly bold?: boolean;
  readonly anchor?: "start" | "middle" | "end";
  /** Degrees, clockwise, about the text's own place. */
  readonly turned?: number;
}

/** A text whose base line begins (or ends, or has its middle) at a point. */
export function text(content: string, x: number, y: number, style: TextStyle): SvgNode {
  return node(
    "text",
    {
      x,
      y,
      "font-family": `${FONT_FAMILY}, sans-serif`,
      "font-stretch": "condensed",
      "font-size": style.size,
      "font-weight": style.bold ? "bold" : undefined,
      fill: style.color,
      "text-anchor": style.anchor === "start" ? undefined : style.anchor,
      transform: style.turned === undefined ? undefined : `rotate(${style.turned} ${x} ${y})`,
    },
    content,
  );
}
