import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import RadioGroup from "@cloudscape-design/components/radio-group";
import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";
import { Ask } from "../../logs/groups/ask.tsx";
import { useFlash } from "../../shell/flash.tsx";
import { navigate } from "../../shell/navigate.ts";
import { href } from "../../shell/route.ts";
import { ssm } from "../ssm.ts";
import { parametersChanged } from "./parameter-calls.ts";
import { type ParameterForm, parameterNameFault, parameterValueFault, putInput, typeOf } from "./parameter-form.ts";

const NEW: ParameterForm = { name: "", type: "String", value: "", description: "", keyId: "" };

/** Makes a parameter, or a new version of one. */
export function PutParameter({ before, onClose }: { readonly before?: ParameterForm; readonly onClose: () => void }) {
  const flash = useFlash();
  const [form, setForm] = useState(before ?? NEW);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const change = (part: Partial<ParameterForm>) => {
    setForm((now) => ({ ...now, ...part }));
    setTouched((now) => new Set([...now, ...Object.keys(part)]));
  };
  const nameFault = parameterNameFault(form.name);
  const valueFault = parameterValueFault(form.type, form.value);
  const save = async () => {
    const { Version } = await ssm("PutParameter", putInput(form, before !== undefined));
    await parametersChanged();
    if (before === undefined) navigate(href("/fleet/parameters/:name", { name: form.name }));
    flash.success(before === undefined ? `${form.name} was created.` : `${form.name} has version ${Version} now.`);
  };
  return (
    <Ask
      title={before === undefined ? "Create parameter" : `New version of ${form.name}`}
      action={before === undefined ? "Create" : "Save"}
      size="large"
      ready={nameFault === undefined && valueFault === undefined}
      onConfirm={save}
      onClose={onClose}
    >
      {before === undefined && (
        <>
          <FormField
            label="Name"
            errorText={touched.has("name") ? nameFault : undefined}
            constraintText="Such as /prod/web/port"
          >
            <Input
              value={form.name}
              onChange={({ detail }) => change({ name: detail.value })}
              spellcheck={false}
              autoFocus
            />
          </FormField>
          <FormField label="Type" description="It cannot be changed later.">
            <RadioGroup
              value={form.type}
              onChange={({ detail }) => change({ type: typeOf(detail.value) })}
              items={[
                { value: "String", label: "String", description: "Any text." },
                { value: "StringList", label: "StringList", description: "Texts with commas between them." },
                { value: "SecureString", label: "SecureString", description: "A text that is encrypted with a key." },
              ]}
            />
          </FormField>
        </>
      )}
      {form.type === "SecureString" && (
        <FormField label="KMS key" description="Id, ARN or alias; alias/aws/ssm when empty.">
          <Input value={form.keyId} onChange={({ detail }) => change({ keyId: detail.value })} spellcheck={false} />
        </FormField>
      )}
      <FormField label="Value" stretch errorText={touched.has("value") ? valueFault : undefined}>
        {form.type === "SecureString" ? (
          <Input
            type="password"
            value={form.value}
            autoComplete={false}
            onChange={({ detail }) => change({ value: detail.value })}
          />
        ) : (
          <Textarea
            value={form.value}
            rows={8}
            spellcheck={false}
            onChange={({ detail }) => change({ value: detail.value })}
          />
        )}
      </FormField>
      <FormField label="Description">
        <Input
          value={form.description}
          onChange={({ detail }) => change({ description: detail.value.slice(0, 1_024) })}
        />
      </FormField>
    </Ask>
  );
}
