import { spawnSync } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import type { Case } from "../case.ts";

const MB = 1_000_000;
/** The engine keeps parts that a merge has replaced for a minute or a little more. */
const UNCHANGED_MS = 100_000;
const LIMIT_MS = 600_000;
const POLL_MS = 2_000;

export const disk: Case = {
  name: "disk",
  about:
    "The whole data directory of the loaded and settled server, filters and audit records included, once the parts that merges replaced are gone, against the message bytes.",
  async run(bench) {
    const server = await bench.loaded();
    const atOnce = diskBytes(server.directory);
    bench.say("until replaced parts are removed");
    const began = performance.now();
    let bytes = atOnce;
    let smallestAt = began;
    while (performance.now() - smallestAt < UNCHANGED_MS && performance.now() - began < LIMIT_MS) {
      await delay(POLL_MS);
      const now = diskBytes(server.directory);
      if (now < bytes) {
        bytes = now;
        smallestAt = performance.now();
      }
    }
    return [
      { name: "on disk as the merges end", value: atOnce / MB, unit: "MB" },
      { name: "smallest after", value: (smallestAt - began) / 1000, unit: "s" },
      { name: "messages", value: bench.data.messageBytes / MB, unit: "MB" },
      { name: "on disk", value: bytes / MB, unit: "MB" },
      { name: "on disk / messages", value: bytes / bench.data.messageBytes, unit: "ratio", target: { atMost: 0.35 } },
    ];
  },
};

/** Blocks taken, not lengths: what the disk really gives up. Hard links count once. Parts may vanish while they are counted. */
function diskBytes(directory: string): number {
  const { stdout } = spawnSync("du", ["-s", "--block-size=1", directory], { encoding: "utf8" });
  const bytes = Number.parseInt(stdout, 10);
  if (!Number.isFinite(bytes)) throw new Error(`du says nothing about ${directory}`);
  return bytes;
}
