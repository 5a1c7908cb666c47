import type { Readable } from "node:stream";

/** Files: query results now; trail files, exports and function code later. Keys are paths of safe segments. */
export interface ObjectStore {
  /** Writes the whole object durably, or nothing: a reader never sees a part. Replaces what was there. */
  put(key: string, body: Buffer | Readable): Promise<void>;
  get(key: string): Promise<Buffer | undefined>;
  /** Removing what isn't there is no error. */
  remove(key: string): Promise<void>;
  /** Removes every object whose key begins with this folder. */
  removeFolder(key: string): Promise<void>;
}

/**
 * Keys are made by the server, never by users: segments of letters, digits, `.`, `_` and `-`, none of them dots alone.
 * Anything else is a bug, and is refused before it reaches a path.
 */
export function checkKey(key: string): void {
  const good = key.split("/").every((segment) => /^[A-Za-z0-9._-]{1,200}$/.test(segment) && !/^\.+$/.test(segment));
  if (!good) throw new Error(`not a key of the object store: ${JSON.stringify(key)}`);
}
