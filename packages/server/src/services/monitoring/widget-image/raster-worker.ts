import { parentPort } from "node:worker_threads";
import { drawChart, svgText } from "@nephoscope/charts";
import { type PackedChart, unpackChart } from "./packed-chart.ts";
import { rasterize } from "./rasterize.ts";

/** Draws one picture after the other: takes `{ id, packed }`, answers `{ id, png }` or `{ id, error }`. */
parentPort?.on("message", ({ id, packed }: { id: number; packed: PackedChart }) => {
  try {
    const png = Uint8Array.from(rasterize(svgText(drawChart(unpackChart(packed)))));
    parentPort?.postMessage({ id, png }, [png.buffer]);
  } catch (error) {
    parentPort?.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
});
