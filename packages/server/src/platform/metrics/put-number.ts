import { createHash, randomBytes } from "node:crypto";

/** What tells a retry of a call from another call: the client's own id for it, and exactly what was sent by whom. */
export interface PutIdentity {
  readonly accessKeyId: string;
  /** The `amz-sdk-invocation-id` header: AWS's clients send the same one with each attempt of a call. */
  readonly invocationId: string | undefined;
  readonly bodySha256: string;
}

/** The number that a call's values carry in the store. Without an id from the client every call is a call of its own. */
export function putNumberOf({ accessKeyId, invocationId, bodySha256 }: PutIdentity): bigint {
  const digest =
    invocationId === undefined
      ? randomBytes(8)
      : createHash("sha256")
          .update(JSON.stringify([accessKeyId, invocationId, bodySha256]))
          .digest();
  return digest.readBigUInt64LE(0);
}
