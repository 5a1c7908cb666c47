import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Multiselect, { type MultiselectProps } from "@cloudscape-design/components/multiselect";
import Select from "@cloudscape-design/components/select";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { errorText } from "../api/call-error.ts";
import { choosesGroups, type GroupChoice, type LogClass, MAX_NAMED_GROUPS, MAX_PREFIXES } from "./group-choice.ts";
import { groupNames } from "./logs-calls.ts";
import "./group-picker.css";

export interface GroupPickerProps {
  readonly value: GroupChoice;
  readonly onChange: (choice: GroupChoice) => void;
  /** The text of the query: one that chooses its groups itself makes the choice here idle. */
  readonly query: string;
}

const WAYS: readonly { readonly value: GroupChoice["kind"]; readonly label: string }[] = [
  { value: "names", label: "Log groups by name" },
  { value: "prefixes", label: "Log groups by prefix" },
  { value: "all", label: "All log groups" },
];
const CLASSES: readonly { readonly value: LogClass; readonly label: string }[] = [
  { value: "STANDARD", label: "Standard" },
  { value: "INFREQUENT_ACCESS", label: "Infrequent Access" },
];

/** Which log groups a query reads: up to fifty by name, those of some prefixes, or all; the latter of one class. */
export function GroupPicker({ value, onChange, query }: GroupPickerProps) {
  const own = choosesGroups(query);
  const logClass = value.kind === "names" ? "STANDARD" : value.logClass;
  const choose = (kind: GroupChoice["kind"]) => {
    if (kind === value.kind) return;
    if (kind === "names") onChange({ kind, names: [] });
    else if (kind === "prefixes") onChange({ kind, prefixes: [], logClass });
    else onChange({ kind, logClass });
  };
  return (
    <div className="group-picker">
      <FormField label="Log groups" stretch>
        <Select
          selectedOption={WAYS.find((way) => way.value === value.kind) ?? null}
          options={WAYS}
          onChange={({ detail }) => {
            const way = WAYS.find((each) => each.value === detail.selectedOption.value);
            if (way !== undefined) choose(way.value);
          }}
          disabled={own}
          ariaLabel="How to choose log groups"
        />
      </FormField>
      {own ? (
        <FormField label="Names" stretch>
          <Input value="The query chooses its log groups with SOURCE." readOnly ariaLabel="Chosen log groups" />
        </FormField>
      ) : value.kind === "names" ? (
        <NamePicker names={value.names} onChange={(names) => onChange({ kind: "names", names })} />
      ) : (
        <>
          {value.kind === "prefixes" && (
            <PrefixInput
              prefixes={value.prefixes}
              onChange={(prefixes) => onChange({ kind: "prefixes", prefixes, logClass })}
            />
          )}
          <FormField label="Class" stretch>
            <Select
              selectedOption={CLASSES.find((each) => each.value === logClass) ?? null}
              options={CLASSES}
              onChange={({ detail }) => {
                const chosen = CLASSES.find((each) => each.value === detail.selectedOption.value);
                if (chosen !== undefined) onChange({ ...value, logClass: chosen.value });
              }}
              ariaLabel="Class of the log groups"
            />
          </FormField>
        </>
      )}
    </div>
  );
}

function NamePicker({
  names,
  onChange,
}: {
  readonly names: readonly string[];
  readonly onChange: (names: readonly string[]) => void;
}) {
  const [written, setWritten] = useState("");
  const [opened, setOpened] = useState(names.length > 0);
  // Who types on is not answered for every letter.
  const text = useDeferredValue(written);
  const found = useQuery({
    queryKey: ["logs", "ListLogGroups", text],
    queryFn: ({ signal }) => groupNames({ text, prefix: false }, signal),
    enabled: opened,
    placeholderData: (before) => before,
  });
  const full = names.length >= MAX_NAMED_GROUPS;
  // Cloudscape takes selected options from the list that is offered, so those chosen before stand in it too.
  const offered = [...new Set([...(text === "" ? names : []), ...(found.data ?? [])])];
  const options = offered.map(
    (name): MultiselectProps.Option => ({
      value: name,
      label: name,
      disabled: full && !names.includes(name),
    }),
  );
  return (
    <FormField
      label="Names"
      stretch
      constraintText={full ? `A query reads at most ${MAX_NAMED_GROUPS} log groups by name.` : undefined}
    >
      <Multiselect
        selectedOptions={names.map((name) => ({ value: name, label: name }))}
        options={options}
        onChange={({ detail }) =>
          onChange(
            detail.selectedOptions
              .flatMap(({ value }) => (value === undefined ? [] : [value]))
              .slice(0, MAX_NAMED_GROUPS),
          )
        }
        filteringType="manual"
        filteringPlaceholder="Find a log group by a part of its name"
        filteringAriaLabel="Find log groups"
        onLoadItems={({ detail }) => {
          setWritten(detail.filteringText);
          setOpened(true);
        }}
        statusType={found.isPending ? "loading" : found.isError ? "error" : "finished"}
        loadingText="Loading log groups"
        errorText={found.error === null ? undefined : errorText(found.error).text}
        recoveryText="Try again"
        empty={text === "" ? "There are no log groups yet." : "No log group's name holds this text."}
        placeholder={names.length === 0 ? "Choose up to 50 log groups" : `${names.length} chosen`}
        tokenLimit={3}
        keepOpen
        expandToViewport
        ariaLabel="Log groups"
        deselectAriaLabel={({ label }) => `Leave out ${label ?? ""}`}
      />
    </FormField>
  );
}

/** Prefixes as they are typed, with commas between them, which no name holds. */
function PrefixInput({
  prefixes,
  onChange,
}: {
  readonly prefixes: readonly string[];
  readonly onChange: (prefixes: readonly string[]) => void;
}) {
  const [text, setText] = useState(prefixes.join(", "));
  const written = listed(text);
  return (
    <FormField
      label="Prefixes"
      stretch
      errorText={written.length > MAX_PREFIXES ? `At most ${MAX_PREFIXES} prefixes can be given.` : undefined}
    >
      <Input
        value={listed(text).join() === prefixes.join() ? text : prefixes.join(", ")}
        onChange={({ detail }) => {
          setText(detail.value);
          onChange(listed(detail.value).slice(0, MAX_PREFIXES));
        }}
        placeholder="/aws/lambda/, web-"
        ariaLabel="Prefixes of log groups' names, with commas between them"
      />
    </FormField>
  );
}

const listed = (text: string) => [
  ...new Set(
    text
      .split(",")
      .map((each) => each.trim())
      .filter((each) => each !== ""),
  ),
];
