/** A query inside another runs no longer than this (query syntax, "subqueries"). */
const MAX_SUBQUERY_SECONDS = 30;

/** Stands at the end of a SELECT inside another, and is of it alone. When the time is over, the whole query has timed out. */
export const SUBQUERY_SETTINGS = ` SETTINGS max_execution_time = ${MAX_SUBQUERY_SECONDS}`;
