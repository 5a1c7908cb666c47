import type { ResultRow } from "../queries/result-pages.ts";

/**
 * A query's rows as CSV (RFC 4180): a column for each field in the order in which fields first appear, empty where a row
 * lacks it. Pointers to records are left out: they mean nothing in a table.
 */
export function writeCsv(rows: readonly ResultRow[]): string {
  const columns = [...new Set(rows.flatMap((row) => row.map(({ field }) => field)))].filter(
    (field) => field !== "@ptr",
  );
  const lines = rows.map((row) => {
    const values = new Map(row.map(({ field, value }) => [field, value]));
    return columns.map((column) => values.get(column) ?? "");
  });
  return [columns, ...lines].map((cells) => `${cells.map(quoted).join(",")}\n`).join("");
}

/** All cells are quoted: an empty one that stands alone would otherwise be an empty line. */
const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
