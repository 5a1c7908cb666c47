import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { freeId, keyOfRow, metricKey, rowsOf, toggled, withRows } from "../metrics/graph-state.ts";
import { type BrowserPlace, MetricBrowser } from "../metrics/metric-browser.tsx";
import { rowsOfForm } from "./alarm-call.ts";
import type { AlarmForm, Faults } from "./alarm-form.ts";
import { MathRows } from "./math-rows.tsx";
import { MetricText } from "./metric-text.tsx";

/** Which metric the alarm watches, or which math on metrics. */
export function MetricStep({
  form,
  faults,
  onChange,
}: {
  readonly form: AlarmForm;
  readonly faults: Faults;
  readonly onChange: (values: Partial<AlarmForm>) => void;
}) {
  const [place, setPlace] = useState<BrowserPlace>({});
  const math = form.kind === "math";
  const graph = withRows({}, form.rows);
  const ticked = math
    ? form.rows.flatMap((row) => keyOfRow(row) ?? [])
    : form.metric === undefined
      ? []
      : [metricKey(form.metric)];
  return (
    <SpaceBetween size="m">
      <SegmentedControl
        label="What the alarm watches"
        selectedId={form.kind}
        options={[
          { id: "metric", text: "A metric" },
          { id: "math", text: "Math on metrics" },
        ]}
        onChange={({ detail }) =>
          onChange(
            detail.selectedId === "math"
              ? { kind: "math", ...(form.rows.length === 0 && rowsOfForm(form)) }
              : { kind: "metric" },
          )
        }
      />
      {math ? (
        <Container
          header={
            <Header
              variant="h2"
              description="Rows that the alarm reads. It watches one of them."
              actions={
                <Button
                  iconName="add-plus"
                  onClick={() => {
                    const id = freeId(form.rows, "e");
                    const [first] = form.rows.flatMap(({ options }) => options.id ?? []);
                    const expression = first === undefined ? "" : `${first} * 1`;
                    onChange({
                      rows: [...form.rows, { kind: "expression", expression, options: { id } }],
                      watched: id,
                    });
                  }}
                >
                  Add math
                </Button>
              }
            >
              Metrics and math
            </Header>
          }
        >
          <SpaceBetween size="s">
            {faults.rows !== undefined && <Box color="text-status-error">{faults.rows}</Box>}
            <MathRows form={form} onChange={onChange} />
          </SpaceBetween>
        </Container>
      ) : (
        form.metric !== undefined && (
          <Container header={<Header variant="h2">Chosen</Header>}>
            <MetricText metric={form.metric} />
          </Container>
        )
      )}
      <Container header={<Header variant="h2">Metrics</Header>}>
        <SpaceBetween size="s">
          {faults.metric !== undefined && <Box color="text-status-error">{faults.metric}</Box>}
          <MetricBrowser
            single={!math}
            place={place}
            onPlace={setPlace}
            ticked={new Set(ticked)}
            onTick={(metric) => {
              if (!math) return onChange({ metric, kept: { ...form.kept, Unit: undefined } });
              const rows = rowsOf(toggled(graph, metric));
              const [first] = rows;
              onChange({ rows, ...(form.watched === "" && { watched: first?.options.id ?? "" }) });
            }}
          />
        </SpaceBetween>
      </Container>
    </SpaceBetween>
  );
}
