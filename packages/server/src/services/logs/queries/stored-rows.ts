import type { Keys } from "../../../platform/keys/keys.ts";
import type { ObjectStore } from "../../../platform/objects/object-store.ts";
import type { Resource, State } from "../../../platform/state/state.ts";
import { type QueryRecord, type SmallResult, smallResultRef } from "./query-record.ts";
import { type ResultRow, readPages } from "./result-pages.ts";
import { type ResultSealer, resultSealer } from "./sealed-results.ts";

/** The rows of an ended query, wherever they are kept. Both reject with KeyRefused where they are encrypted. */
export interface StoredRows {
  total(): Promise<number>;
  /** Rows `[offset, offset + count)`, or fewer at the end. */
  read(offset: number, count: number): Promise<readonly ResultRow[]>;
}

export function storedRows(
  stores: { readonly state: State; readonly objects: ObjectStore; readonly keys: Keys },
  { ref, document: { pages, sealedBy } }: Resource<QueryRecord>,
): StoredRows {
  const sealer = resultSealer(stores.keys, sealedBy);
  if (pages.length > 0) {
    const total = pages.reduce((sum, size) => sum + size, 0);
    return {
      total: async () => total,
      read: (offset, count) => readPages(stores.objects, sealer, ref.key, pages, offset, count),
    };
  }
  let opened: Promise<readonly ResultRow[]> | undefined;
  const rows = () => {
    opened ??= openSmall(stores.state.get<SmallResult>(smallResultRef(ref, ref.key))?.document, sealer);
    return opened;
  };
  return {
    total: async () => (await rows()).length,
    read: async (offset, count) => (await rows()).slice(offset, offset + count),
  };
}

async function openSmall(result: SmallResult | undefined, sealer: ResultSealer): Promise<readonly ResultRow[]> {
  if (result === undefined) return [];
  if ("rows" in result) return result.rows;
  return JSON.parse((await sealer.open(Buffer.from(result.sealed, "base64"))).toString("utf8")) as readonly ResultRow[];
}
