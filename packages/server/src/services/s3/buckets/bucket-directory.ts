import type { Resource, State } from "../../../platform/state/state.ts";
import { type PublicAccessBlock, stricter } from "../access/public-access.ts";
import { accountBlocks } from "../control/account-block.ts";
import { BUCKET_KIND, type Bucket, bucketRef } from "./bucket.ts";

/** Finds buckets: each call asks for one, and reading its document anew would cost more than the rest of a small put. */
export interface BucketDirectory {
  find(name: string): Resource<Bucket> | undefined;
  /** What keeps the bucket from the public: its own block and its account's, the stricter of both. */
  publicAccess(bucket: Pick<Bucket, "account" | "publicAccess">): PublicAccessBlock;
}

/** Documents may hold policies and rules of 100 KB. Past it all are forgotten, and read again when they are needed. */
const MAX_KNOWN = 1_000;

export function bucketDirectory(state: State): BucketDirectory {
  const known = new Map<string, Resource<Bucket>>();
  const blocks = accountBlocks(state);
  state.onCommit(({ changes }) => {
    for (const { ref } of changes) if (ref.kind === BUCKET_KIND) known.delete(ref.key);
  });
  return {
    find(name) {
      const cached = known.get(name);
      if (cached) return cached;
      const found = state.get<Bucket>(bucketRef(name));
      if (!found) return undefined;
      if (known.size >= MAX_KNOWN) known.clear();
      known.set(name, found);
      return found;
    },
    publicAccess: ({ account, publicAccess }) => stricter(publicAccess, blocks.of(account)),
  };
}
