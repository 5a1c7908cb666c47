import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMemo, useState } from "react";
import { currentRegion } from "../api/session.ts";
import type { GroupChoice } from "../insights/group-choice.ts";
import { GroupPicker } from "../insights/group-picker.tsx";
import { groupNames } from "../insights/logs-calls.ts";
import { kindOfView, queryProperties } from "../insights/query-widget.ts";
import { useFields } from "../insights/use-fields.ts";
import { CommitInput } from "../metrics/commit-input.tsx";
import { QueryEditor } from "../query-editor/query-editor.tsx";
import type { Span } from "../time-range/time-range.ts";
import type { EditedWidget } from "./edited-widget.ts";
import { LogWidget } from "./log-widget.tsx";
import { namedGroups } from "./named-groups.ts";
import "./widget-form.css";

type Properties = Extract<EditedWidget, { readonly type: "log" }>["properties"];

const VIEWS = [
  { value: "table", label: "Table of log entries" },
  { value: "line", label: "Line" },
  { value: "area", label: "Stacked area" },
  { value: "bar", label: "Bar" },
  { value: "pie", label: "Pie" },
] as const;

const HEIGHT = 260;

/** A query with its groups and how its result is shown. */
export function LogForm({
  properties,
  onProperties,
  span,
}: {
  readonly properties: Properties;
  readonly onProperties: (properties: Properties) => void;
  readonly span: Span;
}) {
  const [first] = useState(() => namedGroups(properties.query));
  const [groups, setGroups] = useState<GroupChoice>({ kind: "names", names: first.groups ?? [] });
  const [query, setQuery] = useState(first.query);
  const [shown, setShown] = useState<Properties>();
  const fields = useFields(groups, query, span);
  const names = useMemo(
    () => ({
      fields: () => fields.fields.map(({ name }) => name),
      groups: (written: string, signal: AbortSignal) => groupNames({ text: written, prefix: false }, signal),
    }),
    [fields.fields],
  );
  const view = kindOfView(properties.view, properties.stacked) ?? "table";
  const change = (values: { query?: string; groups?: GroupChoice; view?: typeof view; title?: string }) => {
    const { stacked: _, ...rest } = properties;
    const { title: was = "", region = currentRegion() } = properties;
    const next = queryProperties({ title: was, region, query, groups, view, ...values });
    if (values.query !== undefined) setQuery(values.query);
    if (values.groups !== undefined) setGroups(values.groups);
    onProperties({ ...rest, ...next, view: viewOf(next.view) });
  };
  return (
    <SpaceBetween size="m">
      <div className="widget-form-fields">
        <FormField label="Title">
          <CommitInput
            label="Title of the widget"
            value={properties.title ?? ""}
            onCommit={(title) => change({ title })}
          />
        </FormField>
        <FormField label="Shown as">
          <Select
            selectedOption={VIEWS.find(({ value }) => value === view) ?? null}
            options={[...VIEWS]}
            onChange={({ detail }) => {
              const found = VIEWS.find(({ value }) => value === detail.selectedOption.value);
              if (found !== undefined) change({ view: found.value });
            }}
          />
        </FormField>
      </div>
      <GroupPicker value={groups} onChange={(next) => change({ groups: next })} query={query} />
      <QueryEditor
        value={query}
        onChange={(text) => change({ query: text })}
        onRun={() => setShown(properties)}
        names={names}
        label="Query of the widget. Escape and Tab leave the editor."
      />
      <Button onClick={() => setShown(properties)}>Preview</Button>
      {shown !== undefined && <LogWidget properties={shown} span={span} height={HEIGHT} />}
    </SpaceBetween>
  );
}

const viewOf = (view: string): NonNullable<Properties["view"]> =>
  view === "timeSeries" || view === "bar" || view === "pie" ? view : "table";
