import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import Multiselect from "@cloudscape-design/components/multiselect";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { listAlarms, STATE_TEXTS } from "../alarms/alarm-calls.ts";
import { CommitInput } from "../metrics/commit-input.tsx";
import { visibleText } from "../result-table/visible-text.ts";
import { Failure } from "../shell/failure.tsx";
import type { EditedWidget } from "./edited-widget.ts";
import { nameOfAlarm } from "./name-of-alarm.ts";

type Properties = Extract<EditedWidget, { readonly type: "alarm" }>["properties"];

const STATES = ["ALARM", "INSUFFICIENT_DATA", "OK"] as const;

/** Which alarms a widget shows, and in which states. */
export function AlarmForm({
  properties,
  onProperties,
}: {
  readonly properties: Properties;
  readonly onProperties: (properties: Properties) => void;
}) {
  const alarms = useQuery({
    queryKey: ["monitoring", "DescribeAlarms"],
    queryFn: ({ signal }) => listAlarms(undefined, signal),
  });
  const options = (alarms.data ?? []).map(({ name, arn, state }) => ({
    value: arn,
    label: visibleText(name),
    description: STATE_TEXTS[state].text,
  }));
  const { states: shown = STATES } = properties;
  return (
    <SpaceBetween size="m">
      <FormField label="Title">
        <CommitInput
          label="Title of the widget"
          value={properties.title ?? ""}
          onCommit={(title) => onProperties({ ...properties, title })}
        />
      </FormField>
      {alarms.error !== null && <Failure error={alarms.error} retry={() => void alarms.refetch()} />}
      <FormField label="Alarms" description="Up to a hundred.">
        <Multiselect
          selectedOptions={properties.alarms.map(
            (arn) => options.find(({ value }) => value === arn) ?? { value: arn, label: visibleText(nameOfAlarm(arn)) },
          )}
          options={options}
          placeholder="Choose alarms"
          filteringType="auto"
          statusType={alarms.isPending ? "loading" : "finished"}
          loadingText="Loading alarms"
          empty="No alarms"
          tokenLimit={6}
          expandToViewport
          onChange={({ detail }) =>
            onProperties({ ...properties, alarms: detail.selectedOptions.flatMap(({ value }) => value ?? []) })
          }
        />
      </FormField>
      <FormField label="Shown while they are">
        <SpaceBetween direction="horizontal" size="m">
          {STATES.map((state) => (
            <Checkbox
              key={state}
              checked={shown.includes(state)}
              onChange={({ detail }) => {
                const next = STATES.filter((each) => (each === state ? detail.checked : shown.includes(each)));
                const { states: _, ...rest } = properties;
                onProperties(next.length === STATES.length ? rest : { ...rest, states: next });
              }}
            >
              {STATE_TEXTS[state].text}
            </Checkbox>
          ))}
        </SpaceBetween>
      </FormField>
    </SpaceBetween>
  );
}
