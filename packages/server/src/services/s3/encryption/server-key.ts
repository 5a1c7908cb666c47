import { randomBytes } from "node:crypto";
import type { SecretBox } from "../../../platform/secrets/secret-box.ts";
import type { ResourceRef, State } from "../../../platform/state/state.ts";

const REF: ResourceRef = { kind: "s3.server-key", account: "", region: "", key: "1" };
/** Binds the sealed key to its use. */
const CONTEXT = "s3.server-key";
const KEY_BYTES = 32;

/** The key that objects of SSE-S3 are encrypted with: made at the first start, kept sealed with the root key. */
export async function openServerKey({
  state,
  box,
}: {
  readonly state: State;
  readonly box: SecretBox;
}): Promise<Buffer> {
  const known = state.get<{ readonly sealed: string }>(REF);
  if (known) return Buffer.from(box.open(known.document.sealed, CONTEXT), "base64");
  const key = randomBytes(KEY_BYTES);
  await state.commit({
    cause: { action: "s3:start" },
    changes: [{ put: REF, document: { sealed: box.seal(key.toString("base64"), CONTEXT) }, expect: "absent" }],
  });
  return key;
}
