import { createHash, randomBytes } from "node:crypto";

/** A call has at most 10,000 events, which 14 bits count. */
const INDEX_BITS = 14n;

/** What tells a retry of a call from another call: the client's own id for it, and exactly what was sent by whom. */
export interface PutIdentity {
  readonly accessKeyId: string;
  /** The `amz-sdk-invocation-id` header: AWS's clients send the same one with each attempt of a call. */
  readonly invocationId: string | undefined;
  readonly bodySha256: string;
}

/**
 * The number of a call's first event in the column `put`: 50 bits for the call, then the event's index in it. A retry
 * gets the same numbers, so it is seen which of its events an earlier attempt stored. Without an id from the client
 * every call is a call of its own.
 */
export function putIdOf(identity: PutIdentity): bigint {
  const digest =
    identity.invocationId === undefined
      ? randomBytes(8)
      : createHash("sha256")
          .update(JSON.stringify([identity.accessKeyId, identity.invocationId, identity.bodySha256]))
          .digest();
  return (digest.readBigUInt64LE(0) >> INDEX_BITS) << INDEX_BITS;
}

/** The call that an event's number belongs to. */
export function callOf(put: bigint): bigint {
  return put >> INDEX_BITS;
}
