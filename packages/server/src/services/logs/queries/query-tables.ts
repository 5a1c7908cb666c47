import type { InsightsLookupTable } from "@nephoscope/languages";
import { readTable } from "../lookup-tables/get-lookup-table.ts";
import { findLookupTable } from "../lookup-tables/lookup-table.ts";
import { readCsv } from "../lookup-tables/read-csv.ts";
import type { LogsCall, LogsDeps } from "../operation.ts";

/** Reads the lookup tables that a query names, within the caller's account and region. Tables that do not exist are left out. */
export async function readTables(
  names: readonly string[],
  call: LogsCall,
  { state, objects }: LogsDeps,
): Promise<ReadonlyMap<string, InsightsLookupTable>> {
  const tables = new Map<string, InsightsLookupTable>();
  for (const name of names) {
    const first = findLookupTable(state, call, name);
    if (first === undefined) continue;
    // A table deleted meanwhile is read as it was.
    const { text } = await readTable(objects, () => findLookupTable(state, call, name) ?? first);
    const rows: (readonly string[])[] = [];
    for await (const row of readCsv(text.toString("utf8"))) rows.push(row);
    const [columns = [], ...cells] = rows;
    tables.set(name, { columns, rows: cells });
  }
  return tables;
}
