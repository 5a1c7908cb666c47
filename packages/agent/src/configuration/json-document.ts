import jsonc, { type Node, type ParseError } from "jsonc-parser";
import type { Problem } from "./problem.ts";
import type { Report } from "./section.ts";

/** Deeper than any sensible configuration; keeps hostile nesting from filling the stack. */
const MAX_DEPTH = 64;
/** The parameter store holds 8 KB, files of fleets some hundred; the original has no limit. */
const MAX_BYTES = 8 * 1024 * 1024;

export interface JsonDocument {
  /** Undefined when the text is no JSON. */
  readonly root: Node | undefined;
  /** The root as a plain value. */
  readonly value: unknown;
  readonly report: Report;
}

/** Reads JSON text so that each value knows where it stands. Comments and trailing commas are errors, as in the original. */
export function readJson(text: string): JsonDocument {
  const problems: Problem[] = [];
  const report: Report = { problems, placeOf: placesOf(text) };
  const refuse = (message: string, offset: number): JsonDocument => {
    problems.push({ severity: "error", path: "", message, place: report.placeOf(offset) });
    return { root: undefined, value: undefined, report };
  };
  if (text.length > MAX_BYTES) return refuse(`is longer than ${MAX_BYTES} characters`, 0);
  const tooDeep = depthExceeds(text, MAX_DEPTH);
  if (tooDeep !== undefined) return refuse(`is nested more than ${MAX_DEPTH} deep`, tooDeep);
  const errors: ParseError[] = [];
  const root = jsonc.parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  const [first] = errors;
  if (first !== undefined) {
    const reason = jsonc
      .printParseErrorCode(first.error)
      .replace(/([a-z])([A-Z])/g, "$1 $2")
      .toLowerCase();
    return refuse(`is no JSON: ${reason}`, first.offset);
  }
  if (root === undefined) return refuse("is empty", 0);
  return { root, value: jsonc.getNodeValue(root), report };
}

/** A document of a value that no text stands for, such as a merged one. */
export function documentOf(value: unknown): JsonDocument {
  const text = JSON.stringify(value);
  const { root } = readJson(text);
  return { root, value, report: { problems: [], placeOf: () => undefined } };
}

function placesOf(text: string): Report["placeOf"] {
  return (offset) => {
    const before = text.slice(0, offset);
    const line = before.split("\n").length;
    return { line, column: offset - before.lastIndexOf("\n") };
  };
}

/** @returns the offset where the nesting passes the limit */
function depthExceeds(text: string, limit: number): number | undefined {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (inText) {
      if (character === "\\") at++;
      else if (character === '"') inText = false;
    } else if (character === '"') inText = true;
    else if (character === "{" || character === "[") {
      if (++depth > limit) return at;
    } else if (character === "}" || character === "]") depth--;
  }
  return undefined;
}
