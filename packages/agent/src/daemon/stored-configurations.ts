import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { ConfigurationText } from "../configuration/configuration.ts";
import { writeFileDurably } from "../delivery/durable-file.ts";

/** The configurations in force, as files of one directory: what `ctl` put there and the agent reads at its start. */
export function listConfigurations(directory: string): readonly ConfigurationText[] {
  let names: readonly string[];
  try {
    names = readdirSync(directory);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
  return names
    .filter((name) => !name.endsWith(".partial"))
    .sort()
    .map((name) => ({ name, text: readFileSync(join(directory, name), "utf8") }));
}

/** The name under which a configuration of a place is kept: `file_config.json`, `ssm_NAME`, `default`. */
export function storedName(location: string): string {
  const [kind = "", place = ""] = location.split(/:(.*)/s);
  if (kind === "file") return `file_${(place.split("/").at(-1) ?? place).replace(/[^\w.-]/g, "_")}`;
  return place === "" ? kind : `${kind}_${place.replace(/[^\w.-]/g, "_")}`;
}

/** @param others whether the configurations that are there stay in force, too */
export function storeConfiguration(
  directory: string,
  { name, text }: ConfigurationText,
  others: "keep" | "replace",
): void {
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  writeFileDurably(join(directory, name), text);
  if (others === "keep") return;
  for (const each of readdirSync(directory)) if (each !== name) rmSync(join(directory, each), { force: true });
}

/** @returns whether there was one */
export function removeConfiguration(directory: string, name: string): boolean {
  const there = listConfigurations(directory).some((each) => each.name === name);
  rmSync(join(directory, name), { force: true });
  return there;
}
