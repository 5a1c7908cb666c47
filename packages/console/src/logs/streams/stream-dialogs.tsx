import Alert from "@cloudscape-design/components/alert";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";
import { logs } from "../../api/services.ts";
import { visibleText } from "../../result-table/visible-text.ts";
import { useFlash } from "../../shell/flash.tsx";
import { Ask } from "../groups/ask.tsx";
import { forEach } from "../groups/group-calls.ts";

interface Props {
  readonly group: string;
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}

export function CreateStream({ group, onDone, onClose }: Props) {
  const flash = useFlash();
  const [name, setName] = useState("");
  // CreateLogStream's own rule.
  const isGood = /^[^:*]{1,512}$/.test(name);
  const create = async () => {
    await logs("CreateLogStream", { logGroupName: group, logStreamName: name });
    await onDone();
    flash.success(`The log stream ${visibleText(name)} was created.`);
  };
  return (
    <Ask title="Create log stream" action="Create" ready={isGood} onConfirm={create} onClose={onClose}>
      <FormField
        label="Log stream name"
        errorText={name !== "" && !isGood ? "A name has 1 to 512 characters, without : and *." : undefined}
      >
        <Input value={name} onChange={({ detail }) => setName(detail.value)} autoFocus spellcheck={false} />
      </FormField>
    </Ask>
  );
}

export function DeleteStreams({ group, names, onDone, onClose }: Props & { readonly names: readonly string[] }) {
  const flash = useFlash();
  const what = names.length === 1 ? `the log stream ${visibleText(names[0] ?? "")}` : `${names.length} log streams`;
  const remove = async () => {
    const failed = await forEach(names, (logStreamName) =>
      logs("DeleteLogStream", { logGroupName: group, logStreamName }),
    );
    await onDone();
    for (const { item, error } of failed) flash.failure(error, `Deleting ${visibleText(item)}`);
    if (failed.length === 0) flash.success(`Deleted: ${what}.`);
  };
  return (
    <Ask title={`Delete ${what}?`} action="Delete" onConfirm={remove} onClose={onClose}>
      <Alert type="warning">Their events are deleted for good.</Alert>
    </Ask>
  );
}
