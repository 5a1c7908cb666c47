import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { PreparedData } from "../data-sets/prepared.ts";

export type BulkLoad = { readonly seconds: number; readonly events: number; readonly messageBytes: number };

/** Loads the whole data set with the engine alone into a directory of its own, which is removed after. */
export async function bulkLoad(data: PreparedData): Promise<BulkLoad> {
  const directory = `${data.directory}/bulk`;
  rmSync(directory, { recursive: true, force: true });
  const program = fileURLToPath(new URL("./bulk-load.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program, directory, data.rowsFile]);
  rmSync(directory, { recursive: true, force: true });
  return JSON.parse(stdout);
}
