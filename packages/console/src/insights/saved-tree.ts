/** A saved query with what its name tells: `/` in it makes folders. */
export interface Named {
  readonly name: string;
}

export interface Folder<T extends Named> {
  readonly name: string;
  /** The whole name, from the outermost folder. */
  readonly path: string;
  readonly folders: readonly Folder<T>[];
  readonly queries: readonly { readonly label: string; readonly query: T }[];
}

/** Queries in the folders that their names tell, in the order of their names; a name without text between slashes stands as it is. */
export function foldersOf<T extends Named>(queries: readonly T[], name = "", path = ""): Folder<T> {
  const folders = new Map<string, T[]>();
  const here: { label: string; query: T }[] = [];
  for (const query of queries) {
    const rest = query.name.slice(path === "" ? 0 : path.length + 1);
    const slash = rest.indexOf("/");
    if (slash <= 0 || slash === rest.length - 1) here.push({ label: rest, query });
    else {
      const folder = rest.slice(0, slash);
      const inside = folders.get(folder);
      if (inside === undefined) folders.set(folder, [query]);
      else inside.push(query);
    }
  }
  const byName = (a: string, b: string) => a.localeCompare(b, undefined, { numeric: true });
  return {
    name,
    path,
    folders: [...folders]
      .sort(([a], [b]) => byName(a, b))
      .map(([folder, inside]) => foldersOf(inside, folder, path === "" ? folder : `${path}/${folder}`)),
    queries: here.sort((a, b) => byName(a.label, b.label)),
  };
}

/** Puts values into the `{{name}}` places of a saved query's text. Names without a value stay as they are. */
export function withParameters(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(/\{\{([a-zA-Z_][a-zA-Z0-9_]*)\}\}/g, (all, name: string) => values.get(name) ?? all);
}
