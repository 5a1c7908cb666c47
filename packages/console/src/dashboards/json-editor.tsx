import { type Diagnostic, linter } from "@codemirror/lint";
import { EditorView } from "@codemirror/view";
import { useCallback } from "react";
import { CodeEditor } from "../query-editor/code-editor.tsx";
import { highlightingBy } from "../query-editor/highlighting.ts";
import { CHECK_AFTER_MS } from "../query-editor/query-editor.tsx";
import { jsonMarks } from "./json-language.ts";

/** An editor of JSON that tells what is wrong with it at the place. `check` must stay the same. */
export function JsonEditor({
  value,
  onChange,
  label,
  check,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly label: string;
  readonly check: (text: string) => readonly Diagnostic[];
}) {
  const language = useCallback(
    () => [
      TALL,
      highlightingBy(jsonMarks),
      linter((editor) => check(editor.state.doc.toString()), { delay: CHECK_AFTER_MS }),
    ],
    [check],
  );
  return (
    <CodeEditor
      value={value}
      onChange={onChange}
      label={`${label}. Escape and Tab leave the editor.`}
      language={language}
    />
  );
}

/** A body has hundreds of lines. */
const TALL = EditorView.theme({ ".cm-scroller": { maxHeight: "max(300px, calc(100vh - 220px))" } });
