import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import Textarea from "@cloudscape-design/components/textarea";
import { type DocumentField, fieldFault } from "./document-form.ts";

/** One parameter of a command document. */
export function FieldInput({
  field,
  value,
  tried,
  onChange,
}: {
  readonly field: DocumentField;
  readonly value: string;
  /** Whether somebody tried to send the form, so that faults of untouched fields are shown too. */
  readonly tried: boolean;
  readonly onChange: (value: string) => void;
}) {
  const { name, isList, allowedValues, fallback } = field;
  const fault = tried || value !== "" ? fieldFault(field, value) : undefined;
  const description = field.description.replace(/^\((Required|Optional)\)\s*/, "");
  return (
    <FormField
      label={fallback === undefined ? name : `${name} – optional`}
      description={description}
      constraintText={isList ? "Each line is an item." : undefined}
      errorText={fault}
      stretch={isList}
    >
      {allowedValues.length > 0 ? (
        <Select
          selectedOption={value === "" ? null : { value }}
          placeholder="Choose"
          options={allowedValues.map((allowed) => ({ value: allowed }))}
          onChange={({ detail }) => onChange(detail.selectedOption.value ?? "")}
        />
      ) : isList ? (
        <Textarea value={value} rows={6} spellcheck={false} onChange={({ detail }) => onChange(detail.value)} />
      ) : (
        <Input value={value} spellcheck={false} onChange={({ detail }) => onChange(detail.value)} />
      )}
    </FormField>
  );
}
