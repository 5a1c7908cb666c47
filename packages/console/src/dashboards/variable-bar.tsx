import FormField from "@cloudscape-design/components/form-field";
import RadioGroup from "@cloudscape-design/components/radio-group";
import Select from "@cloudscape-design/components/select";
import type { Variable } from "@nephoscope/languages/dashboard-body";
import { CommitInput } from "../metrics/commit-input.tsx";
import { visibleText } from "../result-table/visible-text.ts";
import { Failure } from "../shell/failure.tsx";
import type { Variables } from "./use-variables.ts";
import "./variable-bar.css";

/** What a reader of the dashboard chooses. */
export function VariableBar({
  variables: { list, choices, found, errors },
  onChoose,
}: {
  readonly variables: Variables;
  readonly onChoose: (id: string, value: string) => void;
}) {
  const shown = list.filter(({ visible }) => visible !== false);
  if (shown.length === 0) return null;
  return (
    <section className="variable-bar" aria-label="Variables">
      {errors.length > 0 && <Failure error={errors[0]} />}
      {shown.map((variable) => (
        <FormField key={variable.id} label={visibleText(variable.label || variable.id)}>
          <Choice
            variable={variable}
            value={choices.get(variable.id) ?? ""}
            values={found.get(variable.id)}
            onChoose={(value) => onChoose(variable.id, value)}
          />
        </FormField>
      ))}
    </section>
  );
}

/** Stands for no choice, where a list has to have an item for it. */
const AS_WRITTEN = { value: "", label: "As written" };

function Choice({
  variable,
  value,
  values,
  onChoose,
}: {
  readonly variable: Variable;
  readonly value: string;
  /** What its search found; undefined while it is looked for, or when it has none. */
  readonly values: readonly string[] | undefined;
  readonly onChoose: (value: string) => void;
}) {
  const name = visibleText(variable.label || variable.id);
  const searched = variable.search !== undefined;
  const options = (variable.values ?? (values ?? []).map((each) => ({ value: each, label: each }))).map(
    ({ value: each, label }) => ({ value: each, label: visibleText(label ?? each) }),
  );
  const known = options.some((option) => option.value === value);
  const all = [...(value === "" || !known ? [AS_WRITTEN] : []), ...options];
  const listed = value === "" || known ? all : [...all, { value, label: visibleText(value) }];
  switch (variable.inputType) {
    case "input":
      return <CommitInput label={name} value={value} onCommit={onChoose} />;
    case "radio":
      return (
        <RadioGroup
          direction="horizontal"
          value={value}
          items={listed}
          onChange={({ detail }) => onChoose(detail.value)}
        />
      );
    case "select":
      return (
        <Select
          selectedOption={listed.find((option) => option.value === value) ?? null}
          options={listed}
          filteringType={listed.length > 8 ? "auto" : "none"}
          statusType={searched && values === undefined ? "loading" : "finished"}
          loadingText="Looking for values"
          empty="No values were found"
          onChange={({ detail }) => onChoose(detail.selectedOption.value ?? "")}
        />
      );
  }
}
