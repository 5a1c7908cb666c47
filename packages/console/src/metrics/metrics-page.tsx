import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tabs from "@cloudscape-design/components/tabs";
import type { MetricProperties } from "@nephoscope/languages/dashboard-body";
import { useMemo, useState } from "react";
import { currentRegion } from "../api/session.ts";
import { MetricGraph } from "../chart/metric-graph.tsx";
import { useNow } from "../chart/use-now.ts";
import { AddToDashboard } from "../dashboards/add-to-dashboard.tsx";
import { visibleText } from "../result-table/visible-text.ts";
import { setQuery } from "../shell/navigate.ts";
import type { PageProps } from "../shell/page-entry.ts";
import { readTimeRange, spanOf, type TimeRange, writeTimeRange } from "../time-range/time-range.ts";
import { TimeRangeInput } from "../time-range/time-range-input.tsx";
import { optionOf, REFRESHES } from "./choices.ts";
import { GraphOptions } from "./graph-options.tsx";
import { graphOfAddress, keyOfRow, rowsOf, toggled } from "./graph-state.ts";
import { GraphedMetrics } from "./graphed-metrics.tsx";
import { MetricBrowser } from "./metric-browser.tsx";
import { SourceTab } from "./source-tab.tsx";

const VIEWS = [
  { value: "timeSeries", label: "Line" },
  { value: "stacked", label: "Stacked area" },
  { value: "singleValue", label: "Number" },
  { value: "gauge", label: "Gauge" },
  { value: "bar", label: "Bar" },
  { value: "pie", label: "Pie" },
];

const DEFAULT_RANGE: TimeRange = { kind: "relative", amount: 3, unit: "hour" };
const HEIGHT = 320;

/** Metrics found by namespace, dimensions or search, and a graph of those that are ticked. The address holds all of it. */
export default function MetricsPage({ query }: PageProps) {
  const refresh = query.get("refresh") ?? "";
  const [nowMs, readNow] = useNow(refresh === "" ? undefined : Number(refresh) * 1_000 || undefined);
  const [adding, setAdding] = useState(false);
  const source = query.get("graph");
  const graph = useMemo(() => graphOfAddress(source, currentRegion()), [source]);
  const rangeText = query.get("range") ?? "";
  const range = useMemo(() => readTimeRange(rangeText) ?? DEFAULT_RANGE, [rangeText]);
  const span = useMemo(() => spanOf(range, nowMs), [range, nowMs]);
  const rows = rowsOf(graph);
  const ticked = new Set(rows.flatMap((row) => keyOfRow(row) ?? []));
  const change = (next: MetricProperties) => {
    readNow();
    setQuery({ graph: JSON.stringify(next) });
  };
  const dimensions = query.get("dimensions") ?? undefined;
  const place = {
    namespace: query.get("namespace") ?? undefined,
    dimensions: dimensions === NO_DIMENSIONS ? "" : dimensions,
    search: query.get("search") ?? undefined,
  };
  const view =
    graph.view === undefined || (graph.view === "timeSeries" && graph.stacked === true)
      ? graph.stacked
        ? "stacked"
        : "timeSeries"
      : graph.view;
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <TimeRangeInput
                value={range}
                onChange={(next) => {
                  readNow();
                  setQuery({ range: writeTimeRange(next) });
                }}
              />
              <Select
                ariaLabel="Kind of graph"
                selectedOption={optionOf(VIEWS, view)}
                options={VIEWS}
                onChange={({ detail }) => change(withView(graph, detail.selectedOption.value ?? "timeSeries"))}
              />
              <Select
                ariaLabel="Auto refresh"
                selectedOption={optionOf(REFRESHES, refresh)}
                options={REFRESHES}
                onChange={({ detail }) => setQuery({ refresh: detail.selectedOption.value })}
              />
              <Button iconName="refresh" ariaLabel="Refresh" onClick={readNow} />
              <Button disabled={rows.length === 0} onClick={() => setAdding(true)}>
                Add to dashboard
              </Button>
            </SpaceBetween>
          }
        >
          Metrics
        </Header>
      }
    >
      <SpaceBetween size="m">
        <Container header={<Header variant="h2">{visibleText(graph.title || "Untitled graph")}</Header>}>
          <MetricGraph
            properties={graph}
            span={span}
            nowMs={nowMs}
            height={HEIGHT}
            keepPeriods
            label={graph.title || "Graph of metrics"}
            onZoom={(part) => setQuery({ range: writeTimeRange({ kind: "absolute", ...part }) })}
          />
        </Container>
        <Tabs
          variant="container"
          activeTabId={query.get("tab") ?? "browse"}
          onChange={({ detail }) => setQuery({ tab: detail.activeTabId })}
          tabs={[
            {
              id: "browse",
              label: "Browse",
              content: (
                <MetricBrowser
                  place={place}
                  onPlace={({ namespace, dimensions, search }) =>
                    // An empty set of dimensions is a place of its own, and has to stay in the address.
                    setQuery({ namespace, search, dimensions: dimensions === "" ? NO_DIMENSIONS : dimensions })
                  }
                  ticked={ticked}
                  onTick={(metric) => change(toggled(graph, metric))}
                />
              ),
            },
            {
              id: "graphed",
              label: `Graphed metrics (${rows.length})`,
              content: <GraphedMetrics graph={graph} onGraph={change} />,
            },
            { id: "options", label: "Options", content: <GraphOptions graph={graph} onGraph={change} /> },
            { id: "source", label: "Source", content: <SourceTab graph={graph} onGraph={change} /> },
          ]}
        />
      </SpaceBetween>
      {adding && (
        <AddToDashboard
          what="The graph"
          widget={(y) => ({
            type: "metric",
            x: 0,
            y,
            width: 12,
            height: 6,
            properties: { region: currentRegion(), ...graph },
          })}
          onClose={() => setAdding(false)}
        />
      )}
    </ContentLayout>
  );
}

/** Stands in the address for no dimensions, which no list of names is. */
const NO_DIMENSIONS = ",";

function withView(graph: MetricProperties, view: string): MetricProperties {
  if (view === "stacked" || view === "timeSeries") return { ...graph, view: "timeSeries", stacked: view === "stacked" };
  const { min = 0, max = 100, ...left } = graph.yAxis?.left ?? {};
  switch (view) {
    case "gauge":
      return { ...graph, view, stacked: false, yAxis: { ...graph.yAxis, left: { ...left, min, max } } };
    case "bar":
    case "pie":
    case "singleValue":
      return { ...graph, view, stacked: false };
    default:
      return graph;
  }
}
