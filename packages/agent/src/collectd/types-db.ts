/** Names of a type's values, such as `rx` and `tx` of `if_octets`. */
export type TypesDb = ReadonlyMap<string, readonly string[]>;

/** Reads collectd's types.db(5): `type  name:KIND:min:max, name:…`. */
export function parseTypesDb(text: string): TypesDb {
  const types = new Map<string, readonly string[]>();
  for (const line of text.split("\n")) {
    const match = /^\s*([^#\s]\S*)\s+(\S.*)$/.exec(line);
    if (match === null) continue;
    types.set(
      match[1] ?? "",
      (match[2] ?? "")
        .split(/[\s,]+/)
        .filter((part) => part !== "")
        .map((part) => part.split(":")[0] ?? ""),
    );
  }
  return types;
}

/** Reads collectd's auth file: `user: password`. */
export function parseAuthFile(text: string): ReadonlyMap<string, string> {
  const users = new Map<string, string>();
  for (const line of text.split("\n")) {
    const match = /^\s*([^#:\s][^:]*?)\s*:\s*(.*?)\s*$/.exec(line);
    if (match !== null) users.set(match[1] ?? "", match[2] ?? "");
  }
  return users;
}
