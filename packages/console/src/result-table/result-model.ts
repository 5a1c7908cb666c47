/** One field of a row, as GetQueryResults gives it. */
export interface ResultField {
  readonly field?: string | undefined;
  readonly value?: string | undefined;
}

/** A row of the result: a value for each column, undefined where the row has none. */
export interface ResultRow {
  readonly values: readonly (string | undefined)[];
  /** Points to the event, for GetLogRecord; rows of aggregates have none. */
  readonly pointer: string | undefined;
}

/** The rows that have come so far. Frozen in effect: a page that comes later makes a new one and shares the rows. */
export interface Result {
  readonly columns: readonly string[];
  readonly rows: readonly ResultRow[];
  /** UTF-16 units of all values: what the rows take in memory, halved. */
  readonly size: number;
}

/** What every row of events has and nobody wants as a column. */
const POINTER = "@ptr";

/** A result without rows; `planned` are the columns that the query's plan tells, in their order. */
export function emptyResult(planned: readonly string[]): Result {
  return { columns: [...new Set(planned)].filter((name) => name !== POINTER), rows: [], size: 0 };
}

/**
 * The result with more rows at its end. Fields are matched with columns by name, because a row leaves out what it lacks; a field that is
 * no column yet becomes one, behind the others. Earlier rows are then shorter than the columns, and lack it.
 */
export function withRows(result: Result, more: readonly (readonly ResultField[])[]): Result {
  const columns = [...result.columns];
  const places = new Map(columns.map((name, index) => [name, index]));
  let size = result.size;
  const rows = more.map((fields): ResultRow => {
    const values: (string | undefined)[] = new Array(columns.length).fill(undefined);
    let pointer: string | undefined;
    for (const { field, value } of fields) {
      if (field === undefined || value === undefined) continue;
      size += value.length;
      if (field === POINTER) {
        pointer = value;
        continue;
      }
      let place = places.get(field);
      if (place === undefined) {
        place = columns.push(field) - 1;
        places.set(field, place);
      }
      while (values.length <= place) values.push(undefined);
      values[place] = value;
    }
    return { values, pointer };
  });
  return { columns, rows: result.rows.length === 0 ? rows : result.rows.concat(rows), size };
}
