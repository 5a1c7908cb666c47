import type { Diagnostic } from "@codemirror/lint";
import { readDashboardBody } from "@nephoscope/languages/dashboard-body";
import { findNodeAtLocation, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { diagnosticOf } from "../query-editor/diagnostic.ts";
import type { Marked } from "../query-editor/highlighting.ts";

const WORDS = /("(?:[^"\\\n]|\\.)*"?)(\s*:)?|-?\d[\d.eE+-]*|\b(?:true|false|null)\b/g;

/** Words of JSON in the colours of what they are: names of members as fields. */
export function jsonMarks(text: string): readonly Marked[] {
  return [...text.matchAll(WORDS)].map(([word, string, colon], index, all): Marked => {
    const start = all[index]?.index ?? 0;
    if (string !== undefined)
      return { start, end: start + string.length, kind: colon === undefined ? "string" : "field" };
    return { start, end: start + word.length, kind: /^[-\d]/.test(word) ? "number" : "keyword" };
  });
}

/** What is wrong or odd with a text that should be JSON, or with what `findingsOf` says of the JSON by its pointers, at the places. */
export function jsonDiagnostics(text: string, findingsOf: (text: string) => Findings): readonly Diagnostic[] {
  const [fault] = jsonFaults(text);
  if (fault !== undefined) return [fault];
  const root = parseTree(text, [], STRICT);
  const { errors, warnings } = findingsOf(text);
  const told = (severity: Diagnostic["severity"]) => (finding: Findings["errors"][number]) => {
    const node = root && findNodeAtLocation(root, pathOf(finding.dataPath));
    const { offset = 0, length = 1 } = node ?? {};
    // A whole list or object underlined says nothing; its first line does.
    const line = text.indexOf("\n", offset);
    const end = Math.min(offset + length, line < 0 ? text.length : line);
    return { ...diagnosticOf({ start: offset, end, message: finding.message }, text.length), severity };
  };
  return [...errors.map(told("error")), ...warnings.map(told("warning"))];
}

export interface Findings {
  readonly errors: readonly { readonly dataPath: string; readonly message: string }[];
  readonly warnings: readonly { readonly dataPath: string; readonly message: string }[];
}

/** What is wrong or odd with a dashboard's body. */
export const bodyDiagnostics = (text: string): readonly Diagnostic[] => jsonDiagnostics(text, readDashboardBody);

const STRICT = { disallowComments: true, allowTrailingComma: false };

/** Why the text is no JSON, at its place. */
export function jsonFaults(text: string): readonly Diagnostic[] {
  const errors: ParseError[] = [];
  parseTree(text, errors, STRICT);
  return errors.map(({ error, offset, length }) =>
    diagnosticOf(
      { start: offset, end: offset + length, message: `This is no JSON: ${words(printParseErrorCode(error))}.` },
      text.length,
    ),
  );
}

/** `CommaExpected` as "comma expected". */
const words = (code: string) => code.replace(/(?<=[a-z])([A-Z])/g, " $1").toLowerCase();

/** A JSON pointer as the path that it means. */
const pathOf = (pointer: string): (string | number)[] =>
  pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
