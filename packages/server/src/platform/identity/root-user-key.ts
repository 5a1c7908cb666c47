import { existsSync } from "node:fs";
import { join } from "node:path";
import { openRootKey } from "../secrets/root-key.ts";
import { openSqliteState } from "../state/sqlite-state.ts";
import { openDirectory } from "./directory.ts";
import type { KeyPair } from "./key-ids.ts";
import { newAccessKey } from "./new-key.ts";

export interface RootUserKey {
  /** The server's data directory. */
  readonly data: string;
  readonly account: string;
  /** The root key of secrets, where it is not in the data directory. */
  readonly rootKey: string | undefined;
  readonly now: () => number;
}

/** What can't be done with this data directory; the message says why. */
export class RootUserKeyError extends Error {
  override readonly name = "RootUserKeyError";
}

/**
 * Makes a key of an account's root user, in place of those it had. Whoever may write the data directory owns all that is
 * in it, which proves as much as the mail by which AWS lets a root user back in. A server that runs learns of the key when
 * it starts again.
 */
export async function makeRootUserKey({ data, account, rootKey, now }: RootUserKey): Promise<KeyPair> {
  const file = join(data, "state.db");
  if (!existsSync(file)) throw new RootUserKeyError(`${data} is no data directory: it has no state.db`);
  const state = openSqliteState(file, now);
  try {
    const directory = openDirectory(state);
    if (directory.accounts.get("", account) === undefined) {
      const known = directory.accounts.list("").map(({ ref }) => ref.key);
      throw new RootUserKeyError(`there is no account ${account}; there are ${known.join(", ")}`);
    }
    const box = await openRootKey({ file: join(data, "root.key"), given: rootKey, state });
    const earlier = directory.accessKeys
      .list("")
      .filter(({ document }) => document.account === account && document.user === undefined);
    const { pair, change } = newAccessKey(box, account, undefined, now());
    await state.commit({
      cause: { action: "cli:MakeRootUserKey" },
      changes: [change, ...earlier.map(({ ref, version }) => ({ remove: ref, expect: version }))],
    });
    return pair;
  } finally {
    state.close();
  }
}
