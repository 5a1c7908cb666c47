import { createHash, createSecretKey, type Hash, type KeyObject } from "node:crypto";
import { parentPort } from "node:worker_threads";
import { SEGMENT_BYTES, sealInto } from "./sealing.ts";

/**
 * Seals payloads in a thread and computes their MD5, which S3's entity tags want and which takes longer than all the rest of
 * a put together.
 */
export type SealOrder =
  | { readonly run: number; readonly key: Uint8Array }
  | {
      readonly run: number;
      readonly plain: SharedArrayBuffer;
      readonly length: number;
      readonly sealed: SharedArrayBuffer;
    }
  | { readonly run: number; readonly end: true }
  | { readonly run: number; readonly abandon: true };

/** One answer to each order with bytes or an end, in the order in which they came. */
export interface SealAnswer {
  readonly run: number;
  /** Bytes that the sealed memory has. */
  readonly length?: number;
  readonly digest?: Uint8Array;
}

interface Run {
  readonly key: KeyObject;
  readonly md5: Hash;
  segment: number;
}

const runs = new Map<number, Run>();
const port = parentPort;
if (port === null) throw new Error("seal-thread.ts is to be started as a thread");
const answer = (given: SealAnswer) => port.postMessage(given);

port.on("message", (order: SealOrder) => {
  if ("key" in order) {
    runs.set(order.run, { key: createSecretKey(order.key), md5: createHash("md5"), segment: 0 });
    return;
  }
  const run = runs.get(order.run);
  if ("abandon" in order) runs.delete(order.run);
  else if (run === undefined) throw new Error("a run that was not begun");
  else if ("end" in order) answer({ run: order.run, digest: run.md5.digest() });
  else {
    const plain = new Uint8Array(order.plain, 0, order.length);
    const length = sealInto(new Uint8Array(order.sealed), run.key, run.segment, plain);
    run.segment += Math.ceil(order.length / SEGMENT_BYTES);
    // The piece can be written while it is digested.
    answer({ run: order.run, length });
    run.md5.update(plain);
  }
});
