import type { Extension } from "@codemirror/state";
import { Decoration, type DecorationSet, type EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";

/** A word of a text, and what it is: the editor's look has a colour for each kind. */
export interface Marked {
  readonly start: number;
  readonly end: number;
  readonly kind: MarkKind;
}

const KINDS = [
  "command",
  "function",
  "keyword",
  "field",
  "string",
  "regex",
  "number",
  "operator",
  "comment",
  "error",
] as const;
export type MarkKind = (typeof KINDS)[number];

const MARKS = new Map(KINDS.map((kind) => [kind, Decoration.mark({ class: `query-${kind}` })]));

/** Words in the colours of what they are; `marksOf` reads the whole text at each change, so it must be quick. */
export function highlightingBy(marksOf: (text: string) => readonly Marked[]): Extension {
  const decorationsOf = (text: string): DecorationSet =>
    Decoration.set(
      marksOf(text).flatMap(({ start, end, kind }) => {
        const mark = MARKS.get(kind);
        return mark === undefined || start >= end ? [] : [mark.range(start, end)];
      }),
    );
  return ViewPlugin.fromClass(
    class {
      decorations: DecorationSet;

      constructor(view: EditorView) {
        this.decorations = decorationsOf(view.state.doc.toString());
      }

      update(update: ViewUpdate): void {
        if (update.docChanged) this.decorations = decorationsOf(update.state.doc.toString());
      }
    },
    { decorations: (plugin) => plugin.decorations },
  );
}
