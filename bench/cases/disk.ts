import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Case } from "../case.ts";

const MB = 1_000_000;

export const disk: Case = {
  name: "disk",
  about:
    "The whole data directory of the loaded and settled server, filters and audit records included, against the message bytes.",
  async run(bench) {
    const server = await bench.loaded();
    const bytes = diskBytes(server.directory);
    return [
      { name: "messages", value: bench.data.messageBytes / MB, unit: "MB" },
      { name: "on disk", value: bytes / MB, unit: "MB" },
      { name: "on disk / messages", value: bytes / bench.data.messageBytes, unit: "ratio", target: { atMost: 0.35 } },
    ];
  },
};

/** Blocks taken, not lengths: what the disk really gives up. Hard links count once. */
function diskBytes(directory: string): number {
  const seen = new Set<number>();
  let bytes = 0;
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
    const stat = statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false });
    if (stat === undefined || seen.has(stat.ino)) continue;
    seen.add(stat.ino);
    bytes += stat.blocks * 512;
  }
  return bytes;
}
