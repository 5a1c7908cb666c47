import FormField from "@cloudscape-design/components/form-field";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { MetricProperties } from "@nephoscope/languages/dashboard-body";
import { useState } from "react";
import { MetricGraph } from "../chart/metric-graph.tsx";
import { optionOf } from "../metrics/choices.ts";
import { CommitInput } from "../metrics/commit-input.tsx";
import { GraphEditor } from "../metrics/graph-editor.tsx";
import { VIEWS, viewOf, withView } from "../metrics/graph-view.ts";
import type { BrowserPlace } from "../metrics/metric-browser.tsx";
import type { Span } from "../time-range/time-range.ts";
import "./widget-form.css";

/** The graph of a widget, with what it shows now. */
export function MetricForm({
  properties,
  onProperties,
  span,
  nowMs,
}: {
  readonly properties: MetricProperties;
  readonly onProperties: (properties: MetricProperties) => void;
  readonly span: Span;
  readonly nowMs: number;
}) {
  const [place, setPlace] = useState<BrowserPlace>({});
  const [tab, setTab] = useState((properties.metrics ?? []).length === 0 ? "browse" : "graphed");
  return (
    <SpaceBetween size="m">
      <div className="widget-form-fields">
        <FormField label="Title">
          <CommitInput
            label="Title of the widget"
            value={properties.title ?? ""}
            onCommit={(title) => onProperties({ ...properties, title })}
          />
        </FormField>
        <FormField label="Kind">
          <Select
            ariaLabel="Kind of graph"
            selectedOption={optionOf(VIEWS, viewOf(properties))}
            options={VIEWS}
            onChange={({ detail }) => onProperties(withView(properties, detail.selectedOption.value ?? "timeSeries"))}
          />
        </FormField>
      </div>
      <MetricGraph properties={properties} span={span} nowMs={nowMs} height={220} label="Preview" />
      <GraphEditor
        graph={properties}
        onGraph={onProperties}
        place={place}
        onPlace={setPlace}
        tab={tab}
        onTab={setTab}
      />
    </SpaceBetween>
  );
}
