import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import {
  type Band,
  type HorizontalLine,
  isBand,
  type MetricProperties,
  resolveTime,
  type VerticalLine,
} from "@nephoscope/languages/dashboard-body";
import { keyed } from "../react-keys/keyed.ts";
import { visibleText } from "../result-table/visible-text.ts";
import { optionOf } from "./choices.ts";
import { CommitInput } from "./commit-input.tsx";
import "./annotation-fields.css";

type Line = HorizontalLine | VerticalLine | Band<HorizontalLine> | Band<VerticalLine>;
type Annotations = NonNullable<MetricProperties["annotations"]>;

const FILLS = {
  horizontal: [
    { value: "none", label: "Line alone" },
    { value: "above", label: "Area above" },
    { value: "below", label: "Area below" },
  ],
  vertical: [
    { value: "none", label: "Line alone" },
    { value: "before", label: "Area before" },
    { value: "after", label: "Area after" },
  ],
};

/** Lines at values, and at times. Bands are told, and changed in the source. */
export function AnnotationFields({
  graph,
  onGraph,
}: {
  readonly graph: MetricProperties;
  readonly onGraph: (graph: MetricProperties) => void;
}) {
  const annotations = graph.annotations ?? {};
  return (
    <SpaceBetween size="l">
      {(["horizontal", "vertical"] as const).map((side) => {
        const lines: readonly Line[] = annotations[side] ?? [];
        const put = (next: readonly unknown[]) =>
          onGraph({ ...graph, annotations: withLines(annotations, side, next) });
        const change = (index: number, values: object) =>
          put(lines.map((line, at) => (at === index ? { ...Object(line), ...values } : line)));
        const upright = side === "vertical";
        const kind = upright ? "Vertical annotation" : "Horizontal annotation";
        return (
          <SpaceBetween size="xs" key={side}>
            <Header
              variant="h3"
              actions={
                <Button
                  iconName="add-plus"
                  onClick={() =>
                    put([...lines, { label: "", value: upright ? new Date().toISOString() : 0, fill: "none" }])
                  }
                >
                  Add {kind.toLowerCase()}
                </Button>
              }
            >
              {kind}s
            </Header>
            {keyed(lines, () => side).map(({ key, item }, index) =>
              isBand(item) ? (
                <Box key={key} color="text-body-secondary">
                  Band {visibleText(item[0].label ?? "")} from {item[0].value} to {item[1].value}; change it in the
                  source.
                </Box>
              ) : (
                <div className="annotation-fields" key={key}>
                  <CommitInput
                    label={`Label of ${kind.toLowerCase()} ${index + 1}`}
                    placeholder="Label"
                    value={item.label ?? ""}
                    onCommit={(label) => change(index, { label })}
                  />
                  <CommitInput
                    label={`${upright ? "Time" : "Value"} of ${kind.toLowerCase()} ${index + 1}`}
                    value={String(item.value)}
                    onCommit={(text) => {
                      const value = upright ? text.trim() : Number(text);
                      if (typeof value === "string" ? resolveTime(value, 0) !== undefined : Number.isFinite(value))
                        change(index, { value });
                    }}
                  />
                  <Select
                    ariaLabel={`Fill of ${kind.toLowerCase()} ${index + 1}`}
                    selectedOption={optionOf(FILLS[side], item.fill ?? "none")}
                    options={FILLS[side]}
                    expandToViewport
                    onChange={({ detail }) => change(index, { fill: detail.selectedOption.value })}
                  />
                  <Button
                    variant="icon"
                    iconName="remove"
                    ariaLabel={`Remove ${kind.toLowerCase()} ${index + 1}`}
                    onClick={() => put(lines.filter((_, at) => at !== index))}
                  />
                </div>
              ),
            )}
          </SpaceBetween>
        );
      })}
    </SpaceBetween>
  );
}

/** An empty list says nothing, so it goes. What is in the lists was checked where it was written. */
function withLines(annotations: Annotations, side: "horizontal" | "vertical", lines: readonly unknown[]): Annotations {
  const { [side]: _, ...rest } = annotations;
  return lines.length === 0 ? rest : { ...rest, [side]: lines };
}
