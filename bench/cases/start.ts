import { setTimeout as delay } from "node:timers/promises";
import { type Case, type Figure, median } from "../case.ts";
import { startServer } from "../server/server-under-test.ts";

const RUNS = 3;
/** After this long nothing that the start set in motion still runs. */
const CALM_MS = 10_000;
const MB = 1_000_000;

export const start: Case = {
  name: "start",
  about: "`npm start` on an installed tree, until the line that says ready; then the memory of all processes, idle.",
  async run(bench) {
    await bench.release();
    const directory = bench.freshDirectory();
    const first = await startServer(directory, "npm");
    await delay(CALM_MS);
    const idle = first.usage();
    await first.stop();
    const again: number[] = [];
    const alone: number[] = [];
    for (let i = 0; i < RUNS; i++) {
      for (const through of ["npm", "node"] as const) {
        const server = await startServer(directory, through);
        (through === "npm" ? again : alone).push(server.readyMs);
        await server.stop();
      }
    }
    const figures: Figure[] = [
      { name: "first start, empty directory", value: first.readyMs, unit: "ms", target: { atMost: 2000 } },
      { name: "start again, median", value: median(again), unit: "ms", target: { atMost: 2000 } },
      { name: "of which not npm's own", value: median(alone), unit: "ms" },
      { name: "idle memory, shared pages once (PSS)", value: idle.pssBytes / MB, unit: "MB", target: { atMost: 600 } },
      { name: "idle memory, shared pages in each (RSS)", value: idle.rssBytes / MB, unit: "MB" },
      { name: "processes", value: idle.processes, unit: "count" },
    ];
    return figures;
  },
};
