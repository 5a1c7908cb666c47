import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { MetricProperties } from "@nephoscope/languages/dashboard-body";
import { useMemo, useState } from "react";
import { currentRegion } from "../api/session.ts";
import { MetricGraph } from "../chart/metric-graph.tsx";
import { RangeButtons } from "../chart/range-buttons.tsx";
import { useNow } from "../chart/use-now.ts";
import { AddToDashboard } from "../dashboards/add-to-dashboard.tsx";
import { visibleText } from "../result-table/visible-text.ts";
import { setQuery } from "../shell/navigate.ts";
import type { PageProps } from "../shell/page-entry.ts";
import { readTimeRange, spanOf, type TimeRange, writeTimeRange } from "../time-range/time-range.ts";
import { TimeRangeInput } from "../time-range/time-range-input.tsx";
import { optionOf, REFRESHES } from "./choices.ts";
import { GraphEditor } from "./graph-editor.tsx";
import { graphOfAddress, rowsOf } from "./graph-state.ts";
import { VIEWS, viewOf, withView } from "./graph-view.ts";

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
                selectedOption={optionOf(VIEWS, viewOf(graph))}
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
        <Container
          header={
            <Header
              variant="h2"
              actions={
                <RangeButtons
                  span={span}
                  nowMs={nowMs}
                  onRange={(part) => setQuery({ range: writeTimeRange({ kind: "absolute", ...part }) })}
                />
              }
            >
              {visibleText(graph.title || "Untitled graph")}
            </Header>
          }
        >
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
        <GraphEditor
          graph={graph}
          onGraph={change}
          place={place}
          // An empty set of dimensions is a place of its own, and has to stay in the address.
          onPlace={({ namespace, dimensions: names, search }) =>
            setQuery({ namespace, search, dimensions: names === "" ? NO_DIMENSIONS : names })
          }
          tab={query.get("tab") ?? "browse"}
          onTab={(tab) => setQuery({ tab })}
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
