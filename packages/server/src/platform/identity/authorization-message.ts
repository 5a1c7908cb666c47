import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { SecretBox } from "../secrets/secret-box.ts";

/**
 * Encoded authorization messages: why a request was denied, for those alone who may read it, who ask
 * sts:DecodeAuthorizationMessage. Sealed for the account in which the request was made.
 */
const contextOf = (account: string): string => `authorization-message ${account}`;

export const encodeAuthorizationMessage = (box: SecretBox, account: string, message: object): string =>
  box.seal(deflateRawSync(Buffer.from(JSON.stringify(message))).toString("base64"), contextOf(account));

/** The message as JSON; undefined for what is none, or is another account's. */
export function decodeAuthorizationMessage(box: SecretBox, account: string, encoded: string): string | undefined {
  let packed: string;
  try {
    packed = box.open(encoded, contextOf(account));
  } catch {
    return undefined;
  }
  return inflateRawSync(Buffer.from(packed, "base64")).toString("utf8");
}
