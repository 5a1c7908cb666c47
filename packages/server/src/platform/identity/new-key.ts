import type { SecretBox } from "../secrets/secret-box.ts";
import type { Change } from "../state/state.ts";
import type { AccessKey } from "./documents.ts";
import { type KeyPair, newKeyPair } from "./key-ids.ts";

/** Makes a key of a user, or without `user` of the root user; it is there once the change is committed. */
export function newAccessKey(
  box: SecretBox,
  account: string,
  user: string | undefined,
  now: number,
): { readonly pair: KeyPair; readonly change: Change } {
  const pair = newKeyPair("AKIA", account);
  return { pair, change: storeAccessKey(box, pair, account, user, now, "absent") };
}

export function storeAccessKey(
  box: SecretBox,
  pair: KeyPair,
  account: string,
  user: string | undefined,
  now: number,
  expect: "absent" | "any",
): Change {
  const document: AccessKey = {
    account,
    ...(user !== undefined && { user }),
    status: "Active",
    createdAt: now,
    sealedSecret: box.seal(pair.secretAccessKey, pair.accessKeyId),
  };
  return {
    put: { kind: "iam.access-key", account: "", region: "", key: pair.accessKeyId },
    document,
    expect,
  };
}
