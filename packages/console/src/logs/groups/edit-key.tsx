import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";
import { logs } from "../../api/services.ts";
import { useFlash } from "../../shell/flash.tsx";
import { Ask } from "./ask.tsx";
import { groupsChanged, type LogGroup } from "./group-calls.ts";

/** Gives a group another key, or takes its key away. */
export function EditKey({ group, onClose }: { readonly group: LogGroup; readonly onClose: () => void }) {
  const flash = useFlash();
  const { logGroupName = "", kmsKeyId = "" } = group;
  const [typed, setTyped] = useState(kmsKeyId);
  const key = typed.trim();
  const save = async () => {
    if (key === "") await logs("DisassociateKmsKey", { logGroupName });
    else await logs("AssociateKmsKey", { logGroupName, kmsKeyId: key });
    await groupsChanged();
    flash.success(key === "" ? `${logGroupName} has no key any more.` : `${logGroupName} has its key.`);
  };
  return (
    <Ask title={`KMS key of ${logGroupName}`} action="Save" ready={key !== kmsKeyId} onConfirm={save} onClose={onClose}>
      <FormField
        label="KMS key"
        description="ARN of the key that encrypts events from now on. Its policy must let the logs service use it. None when empty."
        stretch
      >
        <Input
          value={typed}
          onChange={({ detail }) => setTyped(detail.value)}
          placeholder="arn:aws:kms:…"
          spellcheck={false}
          autoFocus
        />
      </FormField>
    </Ask>
  );
}
