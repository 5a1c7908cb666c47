import type { ObjectStore } from "../../../platform/objects/object-store.ts";
import type { Resource, State } from "../../../platform/state/state.ts";
import { type QueryRecord, type SmallResult, smallResultRef } from "./query-record.ts";
import { type ResultRow, readPages } from "./result-pages.ts";

/** The rows of an ended query, wherever they are kept. */
export interface StoredRows {
  readonly total: number;
  /** Rows `[offset, offset + count)`, or fewer at the end. */
  read(offset: number, count: number): Promise<readonly ResultRow[]>;
}

export function storedRows(
  stores: { readonly state: State; readonly objects: ObjectStore },
  { ref, document: { pages } }: Resource<QueryRecord>,
): StoredRows {
  if (pages.length > 0) {
    const total = pages.reduce((sum, size) => sum + size, 0);
    return { total, read: (offset, count) => readPages(stores.objects, ref.key, pages, offset, count) };
  }
  const rows = stores.state.get<SmallResult>(smallResultRef(ref, ref.key))?.document.rows ?? [];
  return { total: rows.length, read: async (offset, count) => rows.slice(offset, offset + count) };
}
