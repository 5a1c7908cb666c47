import { createRequire } from "node:module";
import { FONT_FAMILY } from "@nephoscope/charts";
import { Resvg } from "@resvg/resvg-js";

const resolve = createRequire(import.meta.url).resolve;

/** The two faces that layout knows the widths of. */
const FONTS = ["dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf", "dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf"];

/** Scripts that DejaVu has: up to Arabic, and punctuation, arrows and shapes. The rest is looked for in the machine's own fonts. */
const NOT_COVERED = /[^\p{ASCII}\u0080-\u077f\u10a0-\u10ff\u1e00-\u2bff\ufb00-\ufeff]/u;

/** A picture as PNG. Takes tens of milliseconds of one core, so not for a thread that answers calls. */
export function rasterize(svg: string): Uint8Array {
  const picture = new Resvg(svg, {
    font: {
      fontFiles: FONTS.map((file) => resolve(file)),
      loadSystemFonts: NOT_COVERED.test(svg),
      defaultFontFamily: FONT_FAMILY,
      sansSerifFamily: FONT_FAMILY,
    },
    logLevel: "off",
  });
  return picture.render().asPng();
}
