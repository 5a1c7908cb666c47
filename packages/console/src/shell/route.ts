import { visibleText } from "../result-table/visible-text.ts";
import type { PageEntry } from "./page-entry.ts";

/**
 * Addresses of pages. They stand behind the `#`, so that the server need not know pages, and no page's address can be taken for an
 * object's of the store: `/#/logs/groups/%2Faws%2Frds?filter=error`.
 */
export interface Route {
  readonly entry: PageEntry;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Without the query, as it stands in the address. */
  readonly path: string;
}

/** Values for the query of an address; absent ones are left out. */
export type QueryValues = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * The address of a page: `href("/logs/groups/:group", { group: "/aws/rds" }, { filter: "error" })` is `#/logs/groups/%2Faws%2Frds?filter=error`.
 * Throws when the path has a part that `params` lacks.
 */
export function href(path: string, params: Readonly<Record<string, string>> = {}, query: QueryValues = {}): string {
  const filled = path.replace(/:(\w+)/g, (_all, name: string) => {
    const value = params[name];
    if (value === undefined) throw new Error(`The address ${path} needs ${name}.`);
    return encodeURIComponent(value);
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return `#${filled}${search.size === 0 ? "" : `?${search}`}`;
}

/** The page of an address's part behind (and with) the `#`; undefined when there is none. */
export function routeOf(hash: string, pages: readonly PageEntry[]): Route | undefined {
  const [path = "", search = ""] = splitOnce(hash.replace(/^#/, ""), "?");
  const parts = segmentsOf(path);
  for (const entry of pages) {
    const params = match(segmentsOf(entry.path), parts);
    if (params !== undefined) return { entry, params, query: new URLSearchParams(search), path: `/${parts.join("/")}` };
  }
  return undefined;
}

/** The entries whose paths are beginnings of the route's, the shortest first, the route's own last. */
export function trailOf(route: Route, pages: readonly PageEntry[]): readonly PageEntry[] {
  const own = segmentsOf(route.entry.path);
  return pages
    .filter((entry) => {
      const parts = segmentsOf(entry.path);
      return parts.length > 0 && parts.length <= own.length && parts.every((part, index) => part === own[index]);
    })
    .sort((a, b) => segmentsOf(a.path).length - segmentsOf(b.path).length);
}

/** The title with the values of its `:name` parts, which are anyone's text. */
export function titleOf(entry: PageEntry, params: Readonly<Record<string, string>>): string {
  return entry.title.replace(/:(\w+)/g, (all, name: string) => visibleText(params[name] ?? all));
}

function match(pattern: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== parts.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const part = parts[index] ?? "";
    if (expected.startsWith(":")) {
      const value = decoded(part);
      if (value === undefined) return undefined;
      params[expected.slice(1)] = value;
    } else if (expected !== part) return undefined;
  }
  return params;
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    // Not the escape of any text, so no page's address.
    return undefined;
  }
}

const segmentsOf = (path: string): string[] => path.split("/").filter((part) => part !== "");

function splitOnce(text: string, at: string): [string, string] {
  const index = text.indexOf(at);
  return index < 0 ? [text, ""] : [text.slice(0, index), text.slice(index + at.length)];
}
