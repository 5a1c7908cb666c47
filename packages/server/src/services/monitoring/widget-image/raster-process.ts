import { drawChart, svgText } from "@nephoscope/charts";
import { type PackedChart, unpackChart } from "./packed-chart.ts";
import { rasterize } from "./rasterize.ts";

/** Draws one picture after the other: takes `{ id, packed }`, answers `{ id, png }` or `{ id, error }`. Ends with its parent. */
process.on("message", ({ id, packed }: { id: number; packed: PackedChart }) => {
  try {
    process.send?.({ id, png: rasterize(svgText(drawChart(unpackChart(packed)))) });
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? error.message : String(error) });
  }
});
process.once("disconnect", () => process.exit());
