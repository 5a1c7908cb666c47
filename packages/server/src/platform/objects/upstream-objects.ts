import { Readable } from "node:stream";
import { checkKey, type ObjectStore } from "./object-store.ts";
import type { UpstreamS3 } from "./upstream-s3.ts";

const FOLDER = "files/";

async function gathered(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Objects in a bucket of another S3. */
export function upstreamObjects(upstream: UpstreamS3): ObjectStore {
  const keyOf = (key: string) => {
    checkKey(key);
    return FOLDER + key;
  };
  return {
    async put(key, body) {
      // Its length must be told before it is sent, and what is kept here is small.
      const bytes = Buffer.isBuffer(body) ? body : await gathered(body);
      await upstream.put(keyOf(key), Readable.from([bytes]), bytes.length);
    },
    async get(key) {
      const found = await upstream.get(keyOf(key));
      return found && (await gathered(found));
    },
    remove: (key) => upstream.remove(keyOf(key)),
    async removeFolder(key) {
      for await (const page of upstream.list(`${keyOf(key)}/`))
        for (const { key: one } of page) await upstream.remove(one);
    },
  };
}
