import { Readable } from "node:stream";
import type { UpstreamS3 } from "../../../platform/objects/upstream-s3.ts";
import type { Blobs } from "./blobs.ts";

/** The names that are made here; anything else is a bug. */
const ID = /^[0-9a-f]{32}$/;
const FOLDER = "blobs/";

/** Blobs as objects of another S3. They are sealed before they get there. */
export function upstreamBlobs(upstream: UpstreamS3): Blobs {
  const keyOf = (id: string) => {
    if (!ID.test(id)) throw new Error(`not the name of a blob: ${JSON.stringify(id)}`);
    return `${FOLDER}${id.slice(0, 2)}/${id}`;
  };
  return {
    async put(id, source, size) {
      try {
        await upstream.put(keyOf(id), source, size);
      } catch (error) {
        // Nobody knows whether it arrived. What is left now is found by the sweep.
        upstream.remove(keyOf(id)).catch(() => {});
        throw error;
      }
    },
    get: (id, start, end) =>
      Readable.from(
        (async function* () {
          if (end < start) return;
          const found = await upstream.get(keyOf(id), { start, end });
          if (!found) throw new Error(`the object store has lost the blob ${id}`);
          yield* found;
        })(),
      ),
    remove: (id) => upstream.remove(keyOf(id)),
    async *older(before) {
      for await (const page of upstream.list(FOLDER))
        yield page.flatMap(({ key, modified }) => {
          const id = key.split("/").at(-1) ?? "";
          return ID.test(id) && modified < before ? [id] : [];
        });
    },
  };
}
