/** A query of a widget, with the groups that it names taken out of it. */
export interface NamedGroups {
  readonly groups: readonly string[] | undefined;
  readonly query: string;
}

/**
 * CloudWatch's console writes a widget's groups as one SOURCE command for each, `SOURCE 'a' | SOURCE 'b' | fields ...`, which is no query
 * by itself. Other forms of SOURCE are left to the language.
 */
export function namedGroups(text: string): NamedGroups {
  const groups: string[] = [];
  let query = text;
  for (;;) {
    const found = /^\s*SOURCE\s+(['"])([^'"]+)\1\s*\|\s*/i.exec(query);
    if (found === null) return { groups: groups.length === 0 ? undefined : groups, query };
    groups.push(found[2] ?? "");
    query = query.slice(found[0].length);
  }
}
