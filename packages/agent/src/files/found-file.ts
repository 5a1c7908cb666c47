import { type BigIntStats, lstatSync, statSync } from "node:fs";
import { identityKey, identityOf } from "./identity.ts";

/** A regular file as it stood under a name at one moment. */
export interface FoundFile {
  readonly path: string;
  /** Equal for equal files. */
  readonly key: string;
  readonly size: number;
  readonly stats: BigIntStats;
}

/** @returns undefined when there is no regular file, or it can not be looked at */
export function lookAt(path: string, ignoreSymlinks: boolean): FoundFile | undefined {
  try {
    const stats = (ignoreSymlinks ? lstatSync : statSync)(path, { bigint: true });
    return stats.isFile() ? { path, key: identityKey(identityOf(stats)), size: Number(stats.size), stats } : undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error && NOT_THERE.has(String(error.code))) return undefined;
    throw error;
  }
}

const NOT_THERE = new Set(["ENOENT", "ENOTDIR", "EACCES", "EPERM", "ELOOP", "ENAMETOOLONG", "ESTALE", "EIO"]);

/** Oldest change first. */
export const byAge = (files: readonly FoundFile[]): readonly FoundFile[] =>
  files.toSorted((a, b) => Number(a.stats.mtimeNs - b.stats.mtimeNs) || (a.path < b.path ? -1 : 1));
