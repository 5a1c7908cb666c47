import Tabs from "@cloudscape-design/components/tabs";
import type { MetricProperties } from "@nephoscope/languages/dashboard-body";
import { GraphOptions } from "./graph-options.tsx";
import { freeId, keyOfRow, rowsOf, toggled, withRows } from "./graph-state.ts";
import { GraphedMetrics } from "./graphed-metrics.tsx";
import { type BrowserPlace, MetricBrowser } from "./metric-browser.tsx";
import { SourceTab } from "./source-tab.tsx";

/** Where a graph is made: metrics to tick, its rows, its axes, and its source. */
export function GraphEditor({
  graph,
  onGraph,
  place,
  onPlace,
  tab,
  onTab,
}: {
  readonly graph: MetricProperties;
  readonly onGraph: (graph: MetricProperties) => void;
  readonly place: BrowserPlace;
  readonly onPlace: (place: BrowserPlace) => void;
  readonly tab: string;
  readonly onTab: (tab: string) => void;
}) {
  const rows = rowsOf(graph);
  return (
    <Tabs
      variant="container"
      activeTabId={tab}
      onChange={({ detail }) => onTab(detail.activeTabId)}
      tabs={[
        {
          id: "browse",
          label: "Browse",
          content: (
            <MetricBrowser
              place={place}
              onPlace={onPlace}
              ticked={new Set(rows.flatMap((row) => keyOfRow(row) ?? []))}
              onTick={(metric) => onGraph(toggled(graph, metric))}
              onSearch={(expression) =>
                onGraph(
                  withRows(graph, [...rows, { kind: "expression", expression, options: { id: freeId(rows, "e") } }]),
                )
              }
            />
          ),
        },
        {
          id: "graphed",
          label: `Graphed metrics (${rows.length})`,
          content: <GraphedMetrics graph={graph} onGraph={onGraph} />,
        },
        { id: "options", label: "Options", content: <GraphOptions graph={graph} onGraph={onGraph} /> },
        { id: "source", label: "Source", content: <SourceTab graph={graph} onGraph={onGraph} /> },
      ]}
    />
  );
}
