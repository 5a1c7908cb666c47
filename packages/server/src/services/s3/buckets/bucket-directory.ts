import type { Resource, State } from "../../../platform/state/state.ts";
import { BUCKET_KIND, type Bucket, bucketRef } from "./bucket.ts";

/** Finds buckets: each call asks for one, and reading its document anew would cost more than the rest of a small put. */
export interface BucketDirectory {
  find(name: string): Resource<Bucket> | undefined;
}

/** Documents may hold policies and rules of 100 KB. Past it all are forgotten, and read again when they are needed. */
const MAX_KNOWN = 1_000;

export function bucketDirectory(state: State): BucketDirectory {
  const known = new Map<string, Resource<Bucket>>();
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
  };
}
