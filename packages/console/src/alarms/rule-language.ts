import {
  type Completion,
  type CompletionContext,
  type CompletionSource,
  insertCompletionText,
  startCompletion,
} from "@codemirror/autocomplete";
import type { Diagnostic } from "@codemirror/lint";
import { AlarmRuleError, parseAlarmRule } from "@nephoscope/languages/alarm-rule";
import { diagnosticOf } from "../query-editor/diagnostic.ts";
import type { Marked } from "../query-editor/highlighting.ts";

/** Why a rule would be refused, at its place. An empty text is not a fault yet. */
export function ruleFaults(text: string): readonly Diagnostic[] {
  const fault = text.trim() === "" ? undefined : ruleFault(text);
  return fault === undefined
    ? []
    : [diagnosticOf({ start: fault.startOffset, end: fault.endOffset, message: fault.message }, text.length)];
}

export function ruleFault(text: string): AlarmRuleError | undefined {
  try {
    parseAlarmRule(text);
    return undefined;
  } catch (error) {
    if (error instanceof AlarmRuleError) return error;
    throw error;
  }
}

const WORDS = /"(?:[^"\\]|\\.)*"?|[A-Za-z_]+|\d+%?/g;
const FUNCTIONS = new Set(["ALARM", "OK", "INSUFFICIENT_DATA", "AT_LEAST"]);
const KEYWORDS = new Set(["AND", "OR", "NOT", "TRUE", "FALSE"]);

export function ruleMarks(text: string): readonly Marked[] {
  return [...text.matchAll(WORDS)].flatMap((match): Marked[] => {
    const [word] = match;
    const place = { start: match.index, end: match.index + word.length };
    if (word.startsWith('"')) return [{ ...place, kind: "string" }];
    if (/^\d/.test(word)) return [{ ...place, kind: "number" }];
    const upper = word.toUpperCase();
    if (FUNCTIONS.has(upper)) return [{ ...place, kind: "function" }];
    return KEYWORDS.has(upper) ? [{ ...place, kind: "keyword" }] : [];
  });
}

/** Where an alarm's name is being written: in the parentheses of a state, or in the list of AT_LEAST. */
const IN_NAME =
  /\b(?:(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(|AT_LEAST\s*\(\s*\d+%?\s*,\s*(?:NOT\s+)?\w+\s*,\s*\((?:[^()"]|"[^"]*")*?,?)\s*("?[^"(),]*)$/i;
/** A name is no longer than this, and what precedes it fits here. */
const MOST_BEFORE = 4_000;

/** Puts the text in, and goes on with the names that belong behind it. */
const thenNames =
  (text: string): Exclude<Completion["apply"], string | undefined> =>
  (view, _, from, to) => {
    view.dispatch(insertCompletionText(view.state, text, from, to));
    startCompletion(view);
  };

const TEMPLATES: readonly Completion[] = [
  { label: "ALARM", apply: thenNames('ALARM("'), detail: "(name)", info: "True while the alarm is in alarm." },
  { label: "OK", apply: thenNames('OK("'), detail: "(name)", info: "True while the alarm is OK." },
  {
    label: "INSUFFICIENT_DATA",
    apply: thenNames('INSUFFICIENT_DATA("'),
    detail: "(name)",
    info: "True while the alarm has not enough data.",
  },
  {
    label: "AT_LEAST",
    apply: thenNames("AT_LEAST(2, ALARM, ("),
    detail: "(number, state, (names))",
    info: "True while so many of the alarms are in the state.",
  },
  { label: "AND", apply: "AND " },
  { label: "OR", apply: "OR " },
  { label: "NOT", apply: "NOT " },
  { label: "TRUE" },
  { label: "FALSE" },
];

/** Completions of a rule: words of the language, and names of alarms in parentheses. */
export function ruleCompletions(alarms: () => readonly { readonly name: string; readonly detail: string }[]) {
  const source: CompletionSource = (context: CompletionContext) => {
    const text = context.state.doc.toString();
    const before = text.slice(Math.max(0, context.pos - MOST_BEFORE), context.pos);
    const written = IN_NAME.exec(before)?.[1];
    if (written !== undefined) {
      const to = text[context.pos] === '"' ? context.pos + 1 : context.pos;
      // A state takes one name, a list further ones.
      const end = text[to] === ")" || /AT_LEAST\s*\([^)]*$/i.test(before) ? "" : ")";
      return {
        from: context.pos - written.length,
        to,
        options: alarms().map(({ name, detail }) => {
          const label = quotedName(name);
          return { label, apply: label + end, detail, type: "variable" };
        }),
        validFor: /^"?[^"(),]*$/,
      };
    }
    const word = /[A-Za-z_]+$/.exec(before)?.[0] ?? "";
    if (word === "" && !context.explicit) return null;
    return { from: context.pos - word.length, options: [...TEMPLATES], validFor: /^\w*$/ };
  };
  return source;
}

/** A name as a rule holds it, whatever it is made of. */
export const quotedName = (name: string): string => `"${name.replace(/(["\\])/g, "\\$1")}"`;
