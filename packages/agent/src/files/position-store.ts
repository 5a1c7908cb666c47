import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { saveFileDurably } from "../delivery/durable-file.ts";
import type { Journal } from "../health/journal.ts";
import type { FileIdentity, Head } from "./identity.ts";

/** How far one file has been stored, kept over restarts. */
export interface FilePosition {
  readonly path: string;
  readonly identity: FileIdentity;
  readonly head: Head;
  readonly offset: number;
  /** Last change of the file that was seen, epoch milliseconds. */
  readonly modified: number;
}

/** Version of the file's format. */
const FORMAT = 1;

/**
 * The positions of all sources in one file, which is replaced as a whole and fsynced. A crash loses at most what was
 * acknowledged since the last save: those events are sent again.
 */
export class PositionStore {
  readonly #path: string;
  readonly #journal: Journal;
  readonly #bySource = new Map<string, readonly FilePosition[]>();
  #changed = false;
  #saving: Promise<void> = Promise.resolve();

  /** @throws when there is a file of positions that can not be read: starting over would send everything again */
  constructor(path: string, journal: Journal) {
    this.#path = path;
    this.#journal = journal;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    if (!existsSync(path)) return;
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (
      typeof value !== "object" ||
      value === null ||
      !("format" in value) ||
      value.format !== FORMAT ||
      !("sources" in value)
    ) {
      throw new Error(`${path} holds no positions of this agent's format ${FORMAT}. Move it away to start over.`);
    }
    for (const [source, positions] of Object.entries(value.sources ?? {})) {
      if (Array.isArray(positions)) this.#bySource.set(source, positions.filter(isPosition));
    }
  }

  /** @param source a key that stays the same over restarts */
  get(source: string): readonly FilePosition[] {
    return this.#bySource.get(source) ?? [];
  }

  /** Takes the positions of a source; `save` makes them durable. */
  set(source: string, positions: readonly FilePosition[]): void {
    this.#bySource.set(source, positions);
    this.#changed = true;
  }

  /** Writes what changed, one time after the other. When the disk does not take it, the old file stays; the next call tries again. */
  async save(): Promise<void> {
    this.#saving = this.#saving.then(() => this.#save());
    await this.#saving;
  }

  async #save(): Promise<void> {
    if (!this.#changed) return;
    this.#changed = false;
    const text = JSON.stringify({ format: FORMAT, sources: Object.fromEntries(this.#bySource) });
    try {
      await saveFileDurably(this.#path, text);
    } catch (error) {
      this.#changed = true;
      this.#journal.write(
        "error",
        `positions can not be written to ${this.#path}: ${error instanceof Error ? error.message : String(error)}. After a restart, events are sent again`,
      );
    }
  }
}

function isPosition(value: unknown): value is FilePosition {
  if (typeof value !== "object" || value === null) return false;
  const { path, identity, head, offset, modified }: Partial<Record<string, unknown>> = { ...value };
  return (
    typeof path === "string" &&
    typeof offset === "number" &&
    typeof modified === "number" &&
    hasTexts(identity, ["device", "inode", "born"]) &&
    hasTexts(head, ["digest"])
  );
}

const hasTexts = (value: unknown, names: readonly string[]): boolean =>
  typeof value === "object" &&
  value !== null &&
  names.every((name) => typeof Object.entries(value).find(([key]) => key === name)?.[1] === "string");
