import type { IncomingMessage } from "node:http";
import { NO_POLICIES } from "@nephoscope/languages/iam-policy";
import { bucketOf, type UnsignedCaller } from "@nephoscope/wire";
import type { Caller } from "../../../platform/identity/caller.ts";
import type { BucketDirectory } from "../buckets/bucket-directory.ts";

/** Who calls without a signature. It may what policies and access lists give everybody. */
const ANYBODY: Caller = Object.freeze({
  type: "Anonymous",
  arn: "",
  principalId: "",
  requester: Object.freeze({ kind: "anonymous" }),
  policies: () => ({ identity: NO_POLICIES, boundary: undefined, session: undefined }),
  tags: () => ({}),
  session: undefined,
});

export const unsignedCaller = (operations: ReadonlySet<string>): UnsignedCaller => ({
  account: "",
  region: "us-east-1",
  principal: ANYBODY,
  operations,
});

/**
 * Whether an unsigned request is for a bucket: one in the host's name, or one that is there, by the path. So the console's own
 * pages are not taken for objects unless somebody names a bucket like one of them.
 */
export function isForBucket(req: IncomingMessage, buckets: BucketDirectory): boolean {
  if (req.headers.authorization !== undefined) return false;
  const path = (req.url ?? "/").split("?", 1)[0] ?? "/";
  const { bucket } = bucketOf(path, req.headers.host ?? "");
  return bucket !== undefined && buckets.find(bucket) !== undefined;
}
