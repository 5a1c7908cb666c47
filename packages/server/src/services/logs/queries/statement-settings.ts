/** Statements with lookup tables in them are longer than the engine takes by default. The language bounds them. */
export function statementSettings(sql: string): { readonly max_query_size: number } {
  return { max_query_size: Math.max(DEFAULT_QUERY_SIZE, 4 * sql.length) };
}

/** Bytes of a statement that the engine takes by default. A character may be four bytes. */
const DEFAULT_QUERY_SIZE = 262_144;
