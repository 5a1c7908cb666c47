import { autocompletion } from "@codemirror/autocomplete";
import { linter } from "@codemirror/lint";
import { placeholder } from "@codemirror/view";
import { useCallback, useRef } from "react";
import { CodeEditor } from "../query-editor/code-editor.tsx";
import { highlightingBy } from "../query-editor/highlighting.ts";
import { CHECK_AFTER_MS } from "../query-editor/query-editor.tsx";
import { type Alarm, STATE_TEXTS } from "./alarm-calls.ts";
import { ruleCompletions, ruleFaults, ruleMarks } from "./rule-language.ts";

/** An editor of the rule of a composite alarm. */
export function RuleEditor({
  value,
  onChange,
  alarms,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Those whose names are completed. */
  readonly alarms: readonly Alarm[];
}) {
  const latest = useRef(alarms);
  latest.current = alarms;
  const language = useCallback(
    () => [
      placeholder('ALARM("disk full") AND NOT ALARM("maintenance")'),
      highlightingBy(ruleMarks),
      autocompletion({
        override: [
          ruleCompletions(() => latest.current.map(({ name, state }) => ({ name, detail: STATE_TEXTS[state].text }))),
        ],
        icons: false,
      }),
      linter((editor) => ruleFaults(editor.state.doc.toString()), { delay: CHECK_AFTER_MS }),
    ],
    [],
  );
  return (
    <CodeEditor
      value={value}
      onChange={onChange}
      label="Rule. Control and Space complete a name, Escape and Tab leave the editor."
      language={language}
    />
  );
}
