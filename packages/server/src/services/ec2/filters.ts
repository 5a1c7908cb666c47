import { refuse } from "./operation.ts";

/** As requests have them: any of a filter's values, all of the filters. */
export type Filters = readonly {
  readonly Name?: string | undefined;
  readonly Values?: readonly string[] | undefined;
}[];

/** What a filter is asked of an item: its values by that name. */
export type FilterTable<T> = Readonly<Record<string, (item: T) => readonly (string | undefined)[]>>;

/**
 * The test of a request's filters (EC2 user guide, "List and filter your resources"): `*` stands for any text, `?` for one character, a
 * backslash takes their meaning away; letters count as they are written. Tags are asked for where `tags` says how.
 */
export function filterBy<T>(
  filters: Filters | undefined,
  table: FilterTable<T>,
  tags?: (item: T) => Readonly<Record<string, string>>,
): (item: T) => boolean {
  const tests = (filters ?? []).map(({ Name = "", Values = [] }) => {
    const read = readerOf(Name, table, tags);
    if (read === undefined) throw refuse("InvalidParameterValue", `The filter '${Name}' is invalid`);
    const matches = Values.map(matcherOf);
    return (item: T) => read(item).some((value) => value !== undefined && matches.some((test) => test(value)));
  });
  return (item) => tests.every((test) => test(item));
}

function readerOf<T>(
  name: string,
  table: FilterTable<T>,
  tags: ((item: T) => Readonly<Record<string, string>>) | undefined,
): ((item: T) => readonly (string | undefined)[]) | undefined {
  if (tags !== undefined) {
    if (name.startsWith("tag:")) return (item) => [tags(item)[name.slice("tag:".length)]];
    if (name === "tag-key") return (item) => Object.keys(tags(item));
    if (name === "tag-value") return (item) => Object.values(tags(item));
  }
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** Linear in the text for each `*`: nothing is tried twice at a place behind a later star. */
function matcherOf(pattern: string): (text: string) => boolean {
  const tokens: { readonly kind: "text" | "one" | "any"; readonly char: string }[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] ?? "";
    if (char === "\\" && i + 1 < pattern.length) tokens.push({ kind: "text", char: pattern[++i] ?? "" });
    else tokens.push({ kind: char === "*" ? "any" : char === "?" ? "one" : "text", char });
  }
  if (tokens.every(({ kind }) => kind === "text")) {
    const plain = tokens.map(({ char }) => char).join("");
    return (text) => text === plain;
  }
  return (text) => {
    let at = 0;
    let token = 0;
    let star = -1;
    let starAt = 0;
    while (at < text.length) {
      const current = tokens[token];
      if (current?.kind === "any") {
        star = token++;
        starAt = at;
      } else if (current !== undefined && (current.kind === "one" || current.char === text[at])) {
        token++;
        at++;
      } else if (star >= 0) {
        token = star + 1;
        at = ++starAt;
      } else return false;
    }
    while (tokens[token]?.kind === "any") token++;
    return token === tokens.length;
  };
}
