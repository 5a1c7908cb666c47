/**
 * What is wrong with a configuration, or worth knowing about it. An error keeps the configuration from being used; a note
 * says what this agent leaves out or reads differently.
 */
export interface Problem {
  readonly severity: "error" | "note";
  /** Where in the JSON value, as the original writes it: `/logs/logs_collected/files/collect_list/0/timezone`. */
  readonly path: string;
  readonly message: string;
  /** Where in the text, counted from 1; undefined when the value came from a merge of several files. */
  readonly place: { readonly line: number; readonly column: number } | undefined;
}

/** One line for people: `config.json:4:13 /agent/region: …`. */
export function describeProblem(problem: Problem, file: string): string {
  const place = problem.place === undefined ? "" : `:${problem.place.line}:${problem.place.column}`;
  return `${file}${place} ${problem.path === "" ? "/" : problem.path}: ${problem.message}`;
}
