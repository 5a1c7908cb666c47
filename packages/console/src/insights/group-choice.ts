/** The log groups that a query reads. */
export type GroupChoice =
  | { readonly kind: "names"; readonly names: readonly string[] }
  /** Every group whose name begins with one of the texts. */
  | { readonly kind: "prefixes"; readonly prefixes: readonly string[]; readonly logClass: LogClass }
  | { readonly kind: "all"; readonly logClass: LogClass };

/** Classes whose groups can be queried. */
export type LogClass = "STANDARD" | "INFREQUENT_ACCESS";

/** StartQuery takes so many groups by name. */
export const MAX_NAMED_GROUPS = 50;
/** SOURCE takes so many prefixes. */
export const MAX_PREFIXES = 5;

/** What StartQuery is told: groups by name, or a text that chooses them itself. */
export interface GroupsOfQuery {
  readonly logGroupNames: readonly string[] | undefined;
  readonly queryString: string;
  /** Characters that stand before the person's own text: places of faults are further back by so many. */
  readonly added: number;
}

/** Whether the text chooses its groups itself; then the choice beside it does not count. */
export function choosesGroups(query: string): boolean {
  return /^(?:\s|#[^\n]*(?:\n|$))*source\b/i.test(query);
}

export function groupsOfQuery(query: string, choice: GroupChoice): GroupsOfQuery {
  if (choosesGroups(query)) return { logGroupNames: undefined, queryString: query, added: 0 };
  if (choice.kind === "names") return { logGroupNames: choice.names, queryString: query, added: 0 };
  const source = `${sourceOf(choice)} | `;
  return { logGroupNames: undefined, queryString: source + query, added: source.length };
}

/** The command that stands for the choice in a text that holds everything, as a dashboard's or a shared one's does. */
export function sourceOf(choice: GroupChoice): string {
  if (choice.kind === "names") return `SOURCE ${choice.names.map(quoted).join(", ")}`;
  const parts = [
    ...(choice.kind === "prefixes" ? [`namePrefix: [${choice.prefixes.map(quoted).join(", ")}]`] : []),
    ...(choice.logClass === "STANDARD" ? [] : [`class: [${quoted(choice.logClass)}]`]),
  ];
  return `SOURCE logGroups(${parts.join(", ")})`;
}

/** Names of groups hold neither quotes nor backslashes (`[.\-_/#A-Za-z0-9]`), so a prefix with one finds none, but must not break out. */
const quoted = (text: string) => `'${text.replace(/[\\']/g, (mark) => `\\${mark}`)}'`;

/** Whether there is anything to read. */
export function isChosen(choice: GroupChoice, query: string): boolean {
  if (choosesGroups(query)) return true;
  if (choice.kind === "names") return choice.names.length > 0;
  return choice.kind === "all" || choice.prefixes.length > 0;
}
