import { existsSync } from "node:fs";
import type { State } from "../state/state.ts";
import { keyOfFile, RootKeyError, readKey, type SecretBox, secretBox } from "./secret-box.ts";

export interface RootKeyPlace {
  /** Where the root key is kept; made at the first start, readable by the owner alone. */
  readonly file: string;
  /** The key itself, from the settings, in base64: then there is no file. */
  readonly given: string | undefined;
  readonly state: State;
}

const CHECK = { kind: "root-key-check", account: "", region: "", key: "check" } as const;
const CONTEXT = "root-key-check";
const CHECK_TEXT = "This opens with the root key that sealed the secrets of this store.";

/**
 * Opens the box of secrets, and makes sure that it is the one which sealed what the state store holds: with another root key
 * every secret would be lost one by one, and new ones would be sealed with a key that does not fit the others.
 */
export async function openRootKey({ file, given, state }: RootKeyPlace): Promise<SecretBox> {
  const check = state.get<{ readonly sealed: string }>(CHECK);
  if (given === undefined && check !== undefined && !existsSync(file)) {
    throw new RootKeyError(
      `the root key ${file} is missing, and the secrets in the state store are sealed with it. Put the file back from a backup, or give the key with NEPHOSCOPE_ROOT_KEY`,
    );
  }
  const box = secretBox(given === undefined ? keyOfFile(file) : readKey(given, "NEPHOSCOPE_ROOT_KEY"));
  if (check === undefined) {
    await state.commit({
      cause: { action: "start:SealRootKeyCheck" },
      changes: [{ put: CHECK, document: { sealed: box.seal(CHECK_TEXT, CONTEXT) }, expect: "absent" }],
    });
    return box;
  }
  try {
    box.open(check.document.sealed, CONTEXT);
  } catch (cause) {
    throw new RootKeyError(
      `the root key ${given === undefined ? `in ${file}` : "of NEPHOSCOPE_ROOT_KEY"} is not the one that sealed the secrets in the state store. Give the one that belongs to this data directory`,
      { cause },
    );
  }
  return box;
}
