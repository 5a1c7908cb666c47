/** A query to start from, for people who look for a purpose and not for a command. */
export interface SampleQuery {
  /** The kind of logs it is for, as the console groups them. */
  readonly group: string;
  /** What it answers, in a few words; unique in its group. */
  readonly name: string;
  readonly query: string;
}

/** Samples of one group: a name and a query each. Lines of a query are indented in the source for reading only. */
export function samples(group: string, queries: Readonly<Record<string, string>>): readonly SampleQuery[] {
  return Object.entries(queries).map(([name, query]) =>
    Object.freeze({ group, name, query: query.trim().replace(/\n\s+/g, "\n") }),
  );
}
