import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import Header from "@cloudscape-design/components/header";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { seriesColor } from "@nephoscope/charts";
import type { MetricProperties, MetricRow, RowOptions } from "@nephoscope/languages/dashboard-body";
import { LogText } from "../result-table/log-text.tsx";
import { navigate } from "../shell/navigate.ts";
import { href } from "../shell/route.ts";
import { optionOf, PERIODS, STATISTICS } from "./choices.ts";
import { CommitInput } from "./commit-input.tsx";
import { freeId, rowsOf, withRows, writeRows } from "./graph-state.ts";

interface Item {
  readonly row: MetricRow;
  readonly index: number;
  readonly name: string;
}

/** The rows of the graph, each with what can be changed of it. */
export function GraphedMetrics({
  graph,
  onGraph,
}: {
  readonly graph: MetricProperties;
  readonly onGraph: (graph: MetricProperties) => void;
}) {
  const rows = rowsOf(graph);
  const change = (index: number, options: Partial<RowOptions>) =>
    onGraph(
      withRows(
        graph,
        rows.map((row, at) => (at === index ? { ...row, options: { ...row.options, ...options } } : row)),
      ),
    );
  const whole = (options: Partial<MetricProperties>) => {
    // What is chosen for all counts for each row.
    const cleared = rows.map((row) => {
      const { stat, period, ...rest } = row.options;
      return {
        ...row,
        options: {
          ...rest,
          ...(stat !== undefined && options.stat === undefined && { stat }),
          ...(period !== undefined && options.period === undefined && { period }),
        },
      };
    });
    onGraph(withRows({ ...graph, ...options }, cleared));
  };
  const items = rows.map((row, index): Item => ({ row, index, name: row.options.id ?? `row ${index + 1}` }));
  return (
    <Table<Item>
      variant="embedded"
      items={items}
      trackBy={({ index }) => String(index)}
      ariaLabels={{ tableLabel: "Graphed metrics" }}
      header={
        <Header
          variant="h3"
          counter={`(${rows.length})`}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Select
                ariaLabel="Statistic of all"
                selectedOption={optionOf(STATISTICS, graph.stat ?? "Average")}
                options={STATISTICS}
                inlineLabelText="Statistic"
                onChange={({ detail }) => whole({ stat: detail.selectedOption.value ?? "Average" })}
              />
              <Select
                ariaLabel="Period of all"
                selectedOption={optionOf(PERIODS, String(graph.period ?? 300))}
                options={PERIODS}
                inlineLabelText="Period"
                onChange={({ detail }) => whole({ period: Number(detail.selectedOption.value) })}
              />
              <Button
                iconName="add-plus"
                onClick={() => {
                  const id = freeId(rows, "e");
                  const [first] = rows.flatMap(({ options }) => options.id ?? []);
                  const expression = first === undefined ? "SUM(METRICS())" : `${first} * 1`;
                  onGraph(
                    withRows(graph, [
                      ...rows,
                      { kind: "expression", expression, options: { id, label: `Expression ${id.slice(1)}` } },
                    ]),
                  );
                }}
              >
                Add math
              </Button>
            </SpaceBetween>
          }
        >
          Graphed metrics
        </Header>
      }
      empty={
        <Box textAlign="center" padding="l">
          <Box variant="strong">No metrics in the graph</Box>
          <Box variant="p">Tick metrics in the tab Browse, or add math.</Box>
        </Box>
      }
      columnDefinitions={[
        {
          id: "visible",
          header: "Shown",
          width: 70,
          cell: ({ row, index, name }) => (
            <Checkbox
              ariaLabel={`Show ${name}`}
              checked={row.options.visible !== false}
              onChange={({ detail }) => change(index, { visible: detail.checked })}
            />
          ),
        },
        {
          id: "color",
          header: "Colour",
          width: 80,
          cell: ({ row, index, name }) => (
            <input
              type="color"
              aria-label={`Colour of ${name}`}
              value={row.options.color ?? seriesColor(index)}
              onChange={(event) => change(index, { color: event.target.value })}
            />
          ),
        },
        { id: "id", header: "Id", width: 70, cell: ({ row }) => row.options.id ?? "–" },
        {
          id: "label",
          header: "Label",
          minWidth: 190,
          cell: ({ row, index, name }) => (
            <CommitInput
              label={`Label of ${name}`}
              value={row.options.label ?? ""}
              placeholder={row.kind === "metric" ? row.metric : row.expression}
              onCommit={(label) => change(index, { label })}
            />
          ),
        },
        {
          id: "details",
          header: "Details",
          isRowHeader: true,
          minWidth: 260,
          cell: ({ row, index, name }) =>
            row.kind === "expression" ? (
              <CommitInput
                label={`Expression of ${name}`}
                value={row.expression}
                onCommit={(expression) =>
                  onGraph(
                    withRows(
                      graph,
                      rows.map((one, at) =>
                        at === index ? { kind: "expression", expression, options: row.options } : one,
                      ),
                    ),
                  )
                }
              />
            ) : (
              <LogText
                text={[row.namespace, row.metric, ...row.dimensions.map(([key, value]) => `${key}: ${value}`)].join(
                  " · ",
                )}
              />
            ),
        },
        {
          id: "stat",
          header: "Statistic",
          minWidth: 150,
          cell: ({ row, index, name }) =>
            row.kind === "expression" ? (
              "–"
            ) : (
              <Select
                ariaLabel={`Statistic of ${name}`}
                selectedOption={optionOf(STATISTICS, row.options.stat ?? graph.stat ?? "Average")}
                options={STATISTICS}
                expandToViewport
                onChange={({ detail }) => change(index, { stat: detail.selectedOption.value ?? "Average" })}
              />
            ),
        },
        {
          id: "period",
          header: "Period",
          minWidth: 150,
          cell: ({ row, index, name }) => (
            <Select
              ariaLabel={`Period of ${name}`}
              selectedOption={optionOf(PERIODS, String(row.options.period ?? graph.period ?? 300))}
              options={PERIODS}
              expandToViewport
              onChange={({ detail }) => change(index, { period: Number(detail.selectedOption.value) })}
            />
          ),
        },
        {
          id: "axis",
          header: "Y axis",
          minWidth: 120,
          cell: ({ row, index, name }) => (
            <Select
              ariaLabel={`Axis of ${name}`}
              selectedOption={optionOf(AXES, row.options.yAxis ?? "left")}
              options={AXES}
              expandToViewport
              onChange={({ detail }) =>
                change(index, { yAxis: detail.selectedOption.value === "right" ? "right" : "left" })
              }
            />
          ),
        },
        {
          id: "actions",
          header: "Actions",
          width: 130,
          cell: ({ row, index, name }) => (
            <SpaceBetween direction="horizontal" size="xxs">
              {row.options.id !== undefined && (
                <Button
                  variant="inline-icon"
                  iconName="notification"
                  ariaLabel={`Create alarm on ${name}`}
                  onClick={() =>
                    navigate(
                      href(
                        "/alarms/create/metric",
                        {},
                        row.kind === "metric"
                          ? {
                              namespace: row.namespace,
                              metric: row.metric,
                              dimensions: JSON.stringify(row.dimensions),
                              stat: row.options.stat ?? graph.stat,
                              period: row.options.period ?? graph.period,
                            }
                          : { rows: rowsForAlarm(graph), watched: row.options.id, period: graph.period },
                      ),
                    )
                  }
                />
              )}
              {row.kind === "metric" && (
                <Button
                  variant="inline-icon"
                  iconName="expand"
                  ariaLabel={`Anomaly band of ${name}`}
                  onClick={() => {
                    const named = row.options.id ?? freeId(rows, "m");
                    const all = rows.map((one, at) =>
                      at === index ? { ...one, options: { ...one.options, id: named } } : one,
                    );
                    const band = {
                      kind: "expression" as const,
                      expression: `ANOMALY_DETECTION_BAND(${named}, 2)`,
                      options: { id: freeId(rows, "ad"), label: `${row.options.label || row.metric} (expected)` },
                    };
                    onGraph(withRows(graph, [...all, band]));
                  }}
                />
              )}
              <Button
                variant="inline-icon"
                iconName="remove"
                ariaLabel={`Remove ${name}`}
                onClick={() =>
                  onGraph(
                    withRows(
                      graph,
                      rows.filter((_, at) => at !== index),
                    ),
                  )
                }
              />
            </SpaceBetween>
          ),
        },
      ]}
    />
  );
}

const AXES = [
  { value: "left", label: "Left" },
  { value: "right", label: "Right" },
];

/** The rows with what the graph says for all of them: an alarm has no graph around it. */
const rowsForAlarm = (graph: MetricProperties): string =>
  JSON.stringify(
    writeRows(
      rowsOf(graph).map(({ ...row }) => {
        const { visible: _, color: __, yAxis: ___, ...options } = row.options;
        return { ...row, options: row.kind === "metric" ? { stat: graph.stat ?? "Average", ...options } : options };
      }),
    ),
  );
