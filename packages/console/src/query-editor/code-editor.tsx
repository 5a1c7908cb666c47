import { acceptCompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching } from "@codemirror/language";
import { lintKeymap } from "@codemirror/lint";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { type RefObject, useEffect, useRef } from "react";
import { editorLook } from "./editor-look.ts";

export interface CodeEditorProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** For screen readers. */
  readonly label: string;
  /** Marks, completions and checks of the language; asked for once, when the editor is made. */
  readonly language: () => Extension;
  /** Holds the editor while it is there. */
  readonly view?: RefObject<EditorView | null>;
}

/**
 * An editor of a text. It stands in a shadow root: there CodeMirror adopts its styles as objects, which the content policy of the page
 * allows, in place of `style` elements, which it does not.
 */
export function CodeEditor(props: CodeEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const own = useRef<EditorView>(null);
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    const host = place.current;
    if (host === null) return;
    const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
    const { value, language, view } = latest.current;
    const editor = new EditorView({
      root,
      parent: root,
      state: EditorState.create({ doc: value, extensions: [language(), extensionsOf(latest)] }),
    });
    own.current = editor;
    if (view !== undefined) view.current = editor;
    return () => {
      own.current = null;
      if (view !== undefined) view.current = null;
      editor.destroy();
    };
  }, []);

  useEffect(() => {
    const editor = own.current;
    if (editor === null || editor.state.doc.toString() === props.value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: props.value } });
  }, [props.value]);

  useEffect(() => {
    own.current?.dispatch({ effects: labelled.reconfigure(labelOf(props.label)) });
  }, [props.label]);

  return <div ref={place} />;
}

const labelled = new Compartment();
const labelOf = (label: string) =>
  EditorView.contentAttributes.of({
    "aria-label": label,
    spellcheck: "false",
    autocapitalize: "off",
    // It can be focused anyway; this says so to programs that look for it.
    tabindex: "0",
  });

const extensionsOf = (latest: { readonly current: CodeEditorProps }): Extension => [
  keymap.of([
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
  labelled.of(labelOf(latest.current.label)),
  editorLook,
  EditorView.updateListener.of((update) => {
    if (update.docChanged) latest.current.onChange(update.state.doc.toString());
  }),
];
