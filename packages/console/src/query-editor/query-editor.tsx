import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching } from "@codemirror/language";
import { forceLinting, linter, lintKeymap } from "@codemirror/lint";
import { Compartment, EditorState } from "@codemirror/state";
import { EditorView, keymap, lineNumbers, placeholder } from "@codemirror/view";
import { useEffect, useRef } from "react";
import { editorLook } from "./editor-look.ts";
import {
  completionSource,
  diagnosticOf,
  type Fault,
  faultsOf,
  highlighting,
  hoverHelp,
  type KnownNames,
} from "./insights-language.ts";

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
const CHECK_AFTER_MS = 300;

/**
 * An editor of Insights queries. It stands in a shadow root: there CodeMirror adopts its styles as objects, which the content policy of
 * the page allows, in place of `style` elements, which it does not.
 */
export function QueryEditor(props: QueryEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    const host = place.current;
    if (host === null) return;
    const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
    const editor = new EditorView({
      root,
      parent: root,
      state: EditorState.create({ doc: latest.current.value, extensions: extensionsOf(latest) }),
    });
    view.current = editor;
    return () => {
      view.current = undefined;
      editor.destroy();
    };
  }, []);

  useEffect(() => {
    const editor = view.current;
    if (editor === undefined || editor.state.doc.toString() === props.value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: props.value } });
  }, [props.value]);

  useEffect(() => {
    if (props.fault !== undefined && view.current !== undefined) forceLinting(view.current);
  }, [props.fault]);

  useEffect(() => {
    view.current?.dispatch({ effects: labelled.reconfigure(labelOf(props.label)) });
  }, [props.label]);

  return <div ref={place} />;
}

const labelled = new Compartment();
const labelOf = (label: string) =>
  EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", autocapitalize: "off" });

function extensionsOf(latest: { readonly current: QueryEditorProps }) {
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
      { key: "Tab", run: acceptCompletion },
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...lintKeymap,
      ...historyKeymap,
      ...defaultKeymap,
    ]),
    lineNumbers(),
    history(),
    bracketMatching(),
    closeBrackets(),
    EditorView.lineWrapping,
    placeholder("fields @timestamp, @message | sort @timestamp desc | limit 20"),
    highlighting,
    hoverHelp,
    autocompletion({ override: [completionSource(names)], icons: false }),
    linter(check, { delay: CHECK_AFTER_MS }),
    labelled.of(labelOf(latest.current.label)),
    editorLook,
    EditorView.updateListener.of((update) => {
      if (update.docChanged) latest.current.onChange(update.state.doc.toString());
    }),
  ];
}
