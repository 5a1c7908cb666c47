import type { Command } from "./node.ts";
import type { Span } from "./syntax-error.ts";

/** Commands that groups of the class INFREQUENT_ACCESS lack (user guide, "Log classes"). */
const STANDARD_ONLY: Readonly<Partial<Record<Command["kind"], string>>> = {
  "filter-index": "filterIndex",
  pattern: "pattern",
  anomaly: "anomaly",
  diff: "diff",
};

/** The first command that groups of the class INFREQUENT_ACCESS lack, if there is one. */
export function firstStandardOnly(
  commands: readonly Command[],
): { readonly command: string; readonly span: Span } | undefined {
  return commands.flatMap(({ kind, span }) => {
    const command = STANDARD_ONLY[kind];
    return command === undefined ? [] : [{ command, span }];
  })[0];
}
