import type { Completion, CompletionContext, CompletionResult, CompletionSource } from "@codemirror/autocomplete";
import type { Diagnostic } from "@codemirror/lint";
import type { Extension } from "@codemirror/state";
import { hoverTooltip } from "@codemirror/view";
import { completeAt, diagnose, highlight, hoverAt } from "@nephoscope/languages/insights-editor";
import { diagnosticOf } from "./diagnostic.ts";
import { groupNamePlace } from "./group-name-place.ts";
import { highlightingBy } from "./highlighting.ts";

/** Asked while completing; the page knows the answers, and they may change while the editor is open. */
export interface KnownNames {
  /** Fields discovered in the chosen groups, the most frequent first. */
  fields(): readonly string[];
  /** Names of groups that begin with, or else hold, a text. */
  groups(written: string, signal: AbortSignal): Promise<readonly string[]>;
}

/** A text of the greatest length takes less than two milliseconds, so it is done at once. */
export const highlighting: Extension = highlightingBy(highlight);

/** Why the text would be refused, as marks under its words. An empty text is not a fault yet. */
export function faultsOf(text: string): readonly Diagnostic[] {
  return text.trim() === "" ? [] : diagnose(text).map((fault) => diagnosticOf(fault, text.length));
}

/** How the kinds of completions are called in CodeMirror, which has an icon for each. */
const TYPES = { command: "keyword", function: "function", keyword: "text", field: "variable" } as const;

/** Completions of the language, and of groups' names where they belong. */
export function completionSource(names: KnownNames): CompletionSource {
  return async (context) => {
    const text = context.state.doc.toString();
    const place = groupNamePlace(text, context.pos);
    return place === undefined ? wordsAt(text, context, names.fields()) : groupsAt(place, context, names);
  };
}

function wordsAt(text: string, context: CompletionContext, fields: readonly string[]): CompletionResult | null {
  const { span, items } = completeAt(text, context.pos, { fields });
  // Behind a blank nobody has begun a word: only who asks for it gets the list.
  if (items.length === 0 || (span.start === span.end && !context.explicit)) return null;
  return {
    from: span.start,
    to: span.end,
    options: items.map(({ label, kind, insert, detail }): Completion => {
      const [usage, summary] = splitOnce(detail, ": ");
      return {
        label,
        type: TYPES[kind],
        // A blank behind a command is for who types on, and doubles one that is there.
        apply: insert.endsWith(" ") && text[span.end] === " " ? insert.slice(0, -1) : insert,
        ...(summary === "" ? (detail === "" ? {} : { info: detail }) : { info: `${usage}\n${summary}` }),
      };
    }),
    validFor: /^[\w@.]*$/,
  };
}

async function groupsAt(
  { start, written }: { readonly start: number; readonly written: string },
  context: CompletionContext,
  names: KnownNames,
): Promise<CompletionResult | null> {
  const stop = new AbortController();
  context.addEventListener("abort", () => stop.abort());
  const found = await names.groups(written, stop.signal);
  if (context.aborted || found.length === 0) return null;
  return { from: start, options: found.map((name) => ({ label: name, type: "namespace" })), filter: false };
}

/** What the word under the pointer means. */
export const hoverHelp: Extension = hoverTooltip((view, pos) => {
  const found = hoverAt(view.state.doc.toString(), pos);
  if (found === undefined) return null;
  return {
    pos: found.start,
    end: found.end,
    above: true,
    create: () => {
      const dom = document.createElement("div");
      dom.className = "query-help";
      const usage = document.createElement("code");
      usage.textContent = found.usage;
      dom.append(usage);
      if (found.summary !== found.usage) {
        const summary = document.createElement("p");
        summary.textContent = found.summary;
        dom.append(summary);
      }
      return { dom };
    },
  };
});

function splitOnce(text: string, at: string): [string, string] {
  const index = text.indexOf(at);
  return index < 0 ? [text, ""] : [text.slice(0, index), text.slice(index + at.length)];
}
