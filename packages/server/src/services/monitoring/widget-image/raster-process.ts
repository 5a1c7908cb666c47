import { once } from "node:events";
import { drawChart, svgText } from "@nephoscope/charts";
import { type PackedChart, unpackChart } from "./packed-chart.ts";
import { rasterize } from "./rasterize.ts";

/** What the parent sends; the chart's numbers come through the standard input, `bytes` long. */
export interface DrawOrder {
  readonly id: number;
  readonly bytes: number;
  readonly packed: Omit<PackedChart, "numbers">;
}

export type DrawAnswer = { readonly id: number } & ({ readonly png: Uint8Array } | { readonly error: string });

/** Draws one picture after the other, and ends with its parent. */
process.on("message", async ({ id, bytes, packed }: DrawOrder) => {
  const answer = (rest: { png: Uint8Array } | { error: string }) => process.send?.({ id, ...rest });
  try {
    const numbers = await numbersOf(bytes);
    answer({ png: rasterize(svgText(drawChart(unpackChart({ ...packed, numbers })))) });
  } catch (error) {
    answer({ error: error instanceof Error ? error.message : String(error) });
  }
});
process.once("disconnect", () => process.exit());

/** What has come through the standard input for the picture that is next; the parent sends one at a time. */
let come: Buffer[] = [];
process.stdin.on("data", (chunk: Buffer) => come.push(chunk));

async function numbersOf(bytes: number): Promise<Float64Array<ArrayBuffer>> {
  while (come.reduce((sum, { length }) => sum + length, 0) < bytes) await once(process.stdin, "data");
  const all = Buffer.concat(come, bytes);
  come = [];
  return new Float64Array(Uint8Array.from(all).buffer);
}
