import { readdir, readFile, statfs } from "node:fs/promises";
import { join } from "node:path";

export interface FileSystemSize {
  readonly total: number;
  /** What an ordinary user may still write. */
  readonly free: number;
  readonly used: number;
  readonly inodes_total: number;
  readonly inodes_free: number;
}

/** What the plugins read of the host. Tests give their own. */
export interface KernelFiles {
  /** @returns undefined when the file is not there, or not ours to read */
  read(path: string): Promise<string | undefined>;
  list(path: string): Promise<readonly string[]>;
  /** @returns undefined when the path can not be asked */
  fileSystem(path: string): Promise<FileSystemSize | undefined>;
}

const MISSING = new Set(["ENOENT", "EACCES", "EPERM", "ESRCH", "ENOTDIR", "EINVAL", "ESTALE"]);

async function unlessMissing<T>(work: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && "code" in error && MISSING.has(String(error.code))) return otherwise;
    throw error;
  }
}

/** @param root stands before every path; empty for this host */
export function kernelFiles(root = ""): KernelFiles {
  const place = (path: string) => (root === "" ? path : join(root, path));
  return {
    read: (path) => unlessMissing<string | undefined>(() => readFile(place(path), "utf8"), undefined),
    list: (path) => unlessMissing<readonly string[]>(() => readdir(place(path)), []),
    fileSystem: (path) =>
      unlessMissing<FileSystemSize | undefined>(async () => {
        const { bsize, blocks, bfree, bavail, files, ffree } = await statfs(place(path));
        return {
          total: blocks * bsize,
          free: bavail * bsize,
          used: (blocks - bfree) * bsize,
          inodes_total: files,
          inodes_free: ffree,
        };
      }, undefined),
  };
}
