import ColumnLayout from "@cloudscape-design/components/column-layout";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { Axis, MetricProperties } from "@nephoscope/languages/dashboard-body";
import { AnnotationFields } from "./annotation-fields.tsx";
import { CommitInput } from "./commit-input.tsx";

/** Title, axes and annotations of the graph. */
export function GraphOptions({
  graph,
  onGraph,
}: {
  readonly graph: MetricProperties;
  readonly onGraph: (graph: MetricProperties) => void;
}) {
  return (
    <SpaceBetween size="l">
      <FormField label="Title">
        <CommitInput
          label="Title of the graph"
          value={graph.title ?? ""}
          onCommit={(title) => onGraph({ ...graph, title })}
        />
      </FormField>
      {(["left", "right"] as const).map((side) => {
        const axis = graph.yAxis?.[side] ?? {};
        const change = (values: Partial<Record<keyof Axis, unknown>>) => {
          const next = Object.fromEntries(
            Object.entries({ ...axis, ...values }).filter(([, value]) => value !== undefined && value !== ""),
          );
          onGraph({ ...graph, yAxis: { ...graph.yAxis, [side]: next } });
        };
        return (
          <SpaceBetween size="xs" key={side}>
            <Header variant="h3">{side === "left" ? "Left axis" : "Right axis"}</Header>
            <ColumnLayout columns={3}>
              <FormField label="Label">
                <CommitInput
                  label={`Label of the ${side} axis`}
                  value={axis.label ?? ""}
                  onCommit={(label) => change({ label })}
                />
              </FormField>
              {(["min", "max"] as const).map((end) => (
                <FormField
                  key={end}
                  label={end === "min" ? "From" : "To"}
                  constraintText="A number; empty for what fits the data."
                >
                  <CommitInput
                    label={`${end === "min" ? "Start" : "End"} of the ${side} axis`}
                    value={axis[end] === undefined ? "" : String(axis[end])}
                    onCommit={(text) =>
                      change({ [end]: text.trim() === "" || Number.isNaN(Number(text)) ? undefined : Number(text) })
                    }
                  />
                </FormField>
              ))}
            </ColumnLayout>
          </SpaceBetween>
        );
      })}
      <AnnotationFields graph={graph} onGraph={onGraph} />
    </SpaceBetween>
  );
}
