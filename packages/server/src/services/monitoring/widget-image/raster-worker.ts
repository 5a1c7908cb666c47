import { parentPort } from "node:worker_threads";
import { rasterize } from "./rasterize.ts";

/** Draws one picture after the other: takes `{ id, svg }`, answers `{ id, png }` or `{ id, error }`. */
parentPort?.on("message", ({ id, svg }: { id: number; svg: string }) => {
  try {
    const png = Uint8Array.from(rasterize(svg));
    parentPort?.postMessage({ id, png }, [png.buffer]);
  } catch (error) {
    parentPort?.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
});
