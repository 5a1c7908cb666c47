import { autocompletion } from "@codemirror/autocomplete";
import { forceLinting, linter } from "@codemirror/lint";
import type { Extension } from "@codemirror/state";
import { type EditorView, keymap, placeholder } from "@codemirror/view";
import { useCallback, useEffect, useRef } from "react";
import { CodeEditor } from "./code-editor.tsx";
import { diagnosticOf, type Fault } from "./diagnostic.ts";
import { completionSource, faultsOf, highlighting, hoverHelp, type KnownNames } from "./insights-language.ts";

export interface QueryEditorProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Ctrl+Enter, or Cmd+Enter on a Mac. */
  readonly onRun: () => void;
  /** What the server found wrong with a text; it is marked for as long as that text stands here. */
  readonly fault?: (Fault & { readonly text: string }) | undefined;
  readonly names: KnownNames;
  /** For screen readers. */
  readonly label: string;
}

/** How long nobody types before the text is checked. Checking the longest text takes two milliseconds, but marks under half a word disturb. */
export const CHECK_AFTER_MS = 300;

/** An editor of Insights queries. */
export function QueryEditor(props: QueryEditorProps) {
  const view = useRef<EditorView>(null);
  const latest = useRef(props);
  latest.current = props;
  const language = useCallback(() => insights(latest), []);
  useEffect(() => {
    if (props.fault !== undefined && view.current !== null) forceLinting(view.current);
  }, [props.fault]);
  const { value, onChange, label } = props;
  return <CodeEditor value={value} onChange={onChange} label={label} language={language} view={view} />;
}

function insights(latest: { readonly current: QueryEditorProps }): Extension {
  const names: KnownNames = {
    fields: () => latest.current.names.fields(),
    groups: (written, signal) => latest.current.names.groups(written, signal),
  };
  const check = (editor: EditorView) => {
    const text = editor.state.doc.toString();
    const found = faultsOf(text);
    const { fault } = latest.current;
    return found.length > 0 || fault === undefined || fault.text !== text ? found : [diagnosticOf(fault, text.length)];
  };
  return [
    keymap.of([
      {
        key: "Mod-Enter",
        run: () => {
          latest.current.onRun();
          return true;
        },
      },
    ]),
    placeholder("fields @timestamp, @message | sort @timestamp desc | limit 20"),
    highlighting,
    hoverHelp,
    autocompletion({ override: [completionSource(names)], icons: false }),
    linter(check, { delay: CHECK_AFTER_MS }),
  ];
}
