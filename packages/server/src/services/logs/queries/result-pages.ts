import type { ObjectStore } from "../../../platform/objects/object-store.ts";
import type { ResultSealer } from "./sealed-results.ts";

/** One field of a row, as the API gives it. */
export interface ResultField {
  readonly field: string;
  readonly value: string;
}

export type ResultRow = readonly ResultField[];

/** A page is stored when it holds so many rows or so many bytes: what a running query keeps in memory is bounded. */
const PAGE_ROWS = 10_000;
const PAGE_BYTES = 8 * 1_048_576;

const folder = (queryId: string) => `query-results/${queryId}`;
const pageKey = (queryId: string, page: number) => `${folder(queryId)}/${page}.json`;

/** A whole result of so many bytes is kept with the query itself. */
const SMALL_BYTES = 32_768;

/** Takes a query's rows as they come and stores them in pages. */
export interface PageWriter {
  add(row: ResultRow): Promise<void>;
  /** Stores what is left. Gives the number of rows of each page, or all rows of a small result, of which nothing is stored. */
  finish(): Promise<{ readonly pages: readonly number[]; readonly small?: readonly ResultRow[] }>;
  /** Rows not stored yet, for partial results. */
  readonly open: readonly ResultRow[];
}

export function writePages(objects: ObjectStore, queryId: string, sealer: ResultSealer): PageWriter {
  const pages: number[] = [];
  let rows: ResultRow[] = [];
  let bytes = 0;
  const store = async () => {
    const page = rows;
    rows = [];
    bytes = 0;
    await objects.put(pageKey(queryId, pages.length), await sealer.seal(Buffer.from(JSON.stringify(page))));
    pages.push(page.length);
  };
  return {
    get open() {
      return rows;
    },
    async add(row) {
      rows.push(row);
      for (const { field, value } of row) bytes += field.length + value.length;
      if (rows.length >= PAGE_ROWS || bytes >= PAGE_BYTES) await store();
    },
    async finish() {
      if (pages.length === 0 && bytes <= SMALL_BYTES) return { pages, small: rows };
      if (rows.length > 0) await store();
      return { pages };
    },
  };
}

/** Rows `[offset, offset + count)` of a result, or fewer at its end. */
export async function readPages(
  objects: ObjectStore,
  sealer: ResultSealer,
  queryId: string,
  pages: readonly number[],
  offset: number,
  count: number,
): Promise<ResultRow[]> {
  const found: ResultRow[] = [];
  let start = 0;
  for (const [page, size] of pages.entries()) {
    if (found.length >= count) break;
    if (start + size > offset) {
      const body = await objects.get(pageKey(queryId, page));
      if (body === undefined) throw new Error(`page ${page} of query ${queryId} is missing from the object store`);
      const rows = JSON.parse((await sealer.open(body)).toString("utf8")) as ResultRow[];
      const from = Math.max(0, offset - start);
      found.push(...rows.slice(from, from + count - found.length));
    }
    start += size;
  }
  return found;
}

export function removePages(objects: ObjectStore, queryId: string): Promise<void> {
  return objects.removeFolder(folder(queryId));
}
