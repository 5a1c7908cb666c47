import { setTimeout as delay } from "node:timers/promises";
import type { Case } from "../case.ts";
import { startServer } from "../server/server-under-test.ts";

const MB = 1_000_000;
const CALM_MS = 10_000;

export const memory: Case = {
  name: "memory",
  about:
    "Memory of all processes on the loaded data: as the other cases left them, and after a restart without any work.",
  async run(bench) {
    const used = (await bench.loaded()).usage();
    const server = await startServer(await bench.release(), "npm");
    await delay(CALM_MS);
    const idle = server.usage();
    bench.adopt(server);
    return [
      { name: "after work (PSS)", value: used.pssBytes / MB, unit: "MB" },
      { name: "restarted, idle (PSS)", value: idle.pssBytes / MB, unit: "MB", target: { atMost: 600 } },
      { name: "restarted, idle (RSS)", value: idle.rssBytes / MB, unit: "MB" },
      { name: "start on the loaded data", value: server.readyMs, unit: "ms", target: { atMost: 2000 } },
    ];
  },
};
