import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import { useState } from "react";
import { currentRegion } from "../api/session.ts";
import { AddToDashboard } from "../dashboards/add-to-dashboard.tsx";
import type { GroupChoice } from "./group-choice.ts";
import { queryWidget } from "./query-widget.ts";
import type { ChartKind } from "./visualization.ts";

const VIEWS: Readonly<Record<"table" | ChartKind, string>> = {
  table: "Table of log entries",
  line: "Line",
  area: "Stacked area",
  bar: "Bar",
  pie: "Pie",
};

/** Puts the query as a widget on a dashboard. `kinds` are the graphs that it allows, beside a table. */
export function AddQuery({
  query,
  groups,
  kinds,
  onClose,
}: {
  readonly query: string;
  readonly groups: GroupChoice;
  readonly kinds: readonly ChartKind[];
  readonly onClose: () => void;
}) {
  const [title, setTitle] = useState("Log group query");
  const [view, setView] = useState<"table" | ChartKind>(kinds[0] ?? "table");
  const views = (["table", ...kinds] as const).map((each) => ({ value: each, label: VIEWS[each] }));
  return (
    <AddToDashboard
      what="The query"
      widget={(y) => queryWidget(y, { title, region: currentRegion(), query, groups, view })}
      onClose={onClose}
    >
      <FormField label="Title of the widget">
        <Input value={title} onChange={({ detail }) => setTitle(detail.value)} />
      </FormField>
      <FormField label="Shown as">
        <Select
          selectedOption={views.find(({ value }) => value === view) ?? null}
          options={views}
          onChange={({ detail }) => {
            const next = views.find(({ value }) => value === detail.selectedOption.value);
            if (next !== undefined) setView(next.value);
          }}
        />
      </FormField>
    </AddToDashboard>
  );
}
