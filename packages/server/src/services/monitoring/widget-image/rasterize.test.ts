import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { FONT_FAMILY, textWidth } from "@nephoscope/charts";
import { Resvg } from "@resvg/resvg-js";

const resolve = createRequire(import.meta.url).resolve;

/** How wide the rasteriser itself draws a text. */
function drawnWidth(text: string, size: number, bold: boolean): number {
  const face = bold ? "DejaVuSansCondensed-Bold" : "DejaVuSansCondensed";
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="4000" height="100"><text x="10" y="50" font-family="${FONT_FAMILY}" font-stretch="condensed" font-size="${size}"${bold ? ' font-weight="bold"' : ""}>${text}</text></svg>`;
  const font = { fontFiles: [resolve(`dejavu-fonts-ttf/ttf/${face}.ttf`)], loadSystemFonts: false };
  return new Resvg(svg, { font }).getBBox()?.width ?? 0;
}

test("layout knows how wide texts are drawn", () => {
  const texts = [
    "CPUUtilization",
    "i-0a1b2c3d4e5f60718",
    "WWWWiiii....",
    "0123456789 %",
    "The quick brown fox jumps over the lazy dog",
  ];
  for (const bold of [false, true]) {
    for (const text of texts) {
      const [known, drawn] = [textWidth(text, 20, bold), drawnWidth(text, 20, bold)];
      // The box of what is drawn lacks the room beside the first and the last letter.
      assert.ok(Math.abs(known - drawn) < 0.03 * known + 4, `${text}: ${known}, drawn ${drawn}`);
    }
  }
});

test("texts in alphabets of this font are not wider than layout thinks", () => {
  for (const text of ["Привет, мир", "Καλημέρα κόσμε", "שלום עולם", "Größe naïve façade"]) {
    assert.ok(drawnWidth(text, 20, false) <= textWidth(text, 20) + 1, text);
  }
});
