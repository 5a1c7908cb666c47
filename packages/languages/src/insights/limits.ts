/** AWS accepts query texts of up to 10,000 characters (StartQuery). */
export const MAX_QUERY_LENGTH = 10_000;

/**
 * Nested parentheses, calls and prefix operators. Deeper text is hostile, and
 * the recursive parser and ClickHouse's own (1,000) must not run out of stack.
 */
export const MAX_NESTING = 100;

/** Binary operators in a query. ClickHouse's expression depth ends at 1,000. */
export const MAX_OPERATORS = 400;

/** Elements of one `in [...]` list. A query text of 10,000 characters cannot hold more. */
export const MAX_LIST_ITEMS = 5_000;

/**
 * Parts of a dotted field name. Each way to read the dots, as steps or as part of a key, spells out all parts, so the SQL grows with
 * their square. Discovered fields are far less deep.
 */
export const MAX_PATH_STEPS = 32;

/** Commands in one query; each may become a sub-query of the SQL. */
export const MAX_COMMANDS = 100;

/** AWS (late 2026) allows ten `stats` commands in a query. */
export const MAX_STATS_COMMANDS = 10;

/** Commands that make several rows of one (`unnest`, `expand`, `parse ... multi`): each multiplies the work of the next. */
export const MAX_MULTIPLYING = 5;

/** `pattern` commands in a query: each stands on nine SELECTs. */
export const MAX_PATTERNS = 2;

/** Rows a query may return: AWS's bound for `limit` since 2026. */
export const MAX_ROWS = 100_000;

/** Rows when neither the query nor the caller gives a limit. */
export const DEFAULT_ROWS = 10_000;

/**
 * Sub-queries of the compiled SQL. ClickHouse refuses more than 100 levels;
 * half of that leaves room for the server's own wrapping.
 */
export const MAX_LAYERS = 50;

/** Characters of the compiled SQL. ClickHouse's parser takes 256 KiB by default. */
export const MAX_SQL_LENGTH = 200_000;

/** Bytes of the columns of lookup tables in the compiled SQL, beside the query itself. The engine takes statements of 1 MiB. */
export const MAX_LOOKUP_BYTES = 700_000;

/** Rows of a table of address ranges; each event is compared with every one. */
export const MAX_CIDR_ROWS = 10_000;
