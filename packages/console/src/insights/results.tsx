import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tabs from "@cloudscape-design/components/tabs";
import { useCallback, useMemo, useState } from "react";
import { errorText } from "../api/call-error.ts";
import { useFlash } from "../shell/flash.tsx";
import { numberText } from "../time/format.ts";
import type { Span } from "../time-range/time-range.ts";
import { withCondition, withFilter } from "./added-filter.ts";
import type { AskedQuery } from "./asked-query.ts";
import { ExplainTab } from "./explain-tab.tsx";
import { Histogram } from "./histogram.tsx";
import { LogsTab } from "./logs-tab.tsx";
import { patternCondition } from "./pattern-filter.ts";
import { PatternsTab } from "./patterns-tab.tsx";
import { isUnderWay, type Run } from "./run-query.ts";
import type { Insights } from "./use-insights.ts";
import type { ChartKind } from "./visualization.ts";
import { VisualizationTab } from "./visualization-tab.tsx";

export interface ResultsProps {
  readonly insights: Insights;
  readonly asked: AskedQuery;
  readonly run: Run;
  readonly tab: string;
  readonly onTab: (tab: string) => void;
  readonly onBrush: (span: Span) => void;
}

/** The answer to a query, in tabs. */
export function Results({ insights, asked, run, tab, onTab, onBrush }: ResultsProps) {
  const { ask, rows, bins, histogram } = insights;
  const flash = useFlash();
  const [kind, setKind] = useState<ChartKind>();

  const narrowed = useCallback(
    (make: () => string) => {
      try {
        ask({ query: make() });
      } catch (error) {
        // Someone has begun to change the text, so there is no place for a condition yet.
        flash.failure(error, "Adding a condition");
      }
    },
    [ask, flash],
  );
  const { text } = asked;
  const onFilter = useCallback(
    (field: string, value: string, wanted: boolean) => narrowed(() => withFilter(text, field, value, wanted)),
    [narrowed, text],
  );
  const onPattern = useCallback(
    (pattern: string, wanted: boolean) => narrowed(() => withCondition(text, patternCondition(pattern, wanted))),
    [narrowed, text],
  );
  const { request } = asked;
  const range = useMemo(() => {
    const { logGroupNames, startTime, endTime } = request;
    return { logGroupNames, startTime, endTime };
  }, [request]);

  const none = <Box color="text-body-secondary">The query has a fault, so there is nothing to show.</Box>;
  const count = run.result.rows.length;
  return (
    <Tabs
      variant="container"
      activeTabId={["visualization", "patterns", "explain"].includes(tab) ? tab : "logs"}
      onChange={({ detail }) => onTab(detail.activeTabId)}
      tabs={[
        {
          id: "logs",
          label: isUnderWay(run) ? "Logs" : `Logs (${numberText(count)})`,
          content: (
            <SpaceBetween size="m">
              {asked.histogram !== undefined &&
                (histogram.error === undefined ? (
                  <Histogram
                    span={asked.span}
                    bin={asked.histogram.bin}
                    bins={bins}
                    preliminary={histogram.run === undefined || isUnderWay(histogram.run)}
                    onBrush={onBrush}
                  />
                ) : (
                  // Where the query itself failed, the reason stands above already.
                  rows.error === undefined && (
                    <Box color="text-status-warning">
                      The events could not be counted over time: {errorText(histogram.error).text}
                    </Box>
                  )
                ))}
              <LogsTab run={run} times={asked.columns.times} onLoadRest={rows.loadRest} onFilter={onFilter} />
            </SpaceBetween>
          ),
        },
        {
          id: "visualization",
          label: "Visualization",
          content:
            asked.events === undefined ? (
              none
            ) : (
              <VisualizationTab
                query={text}
                result={run.result}
                span={asked.span}
                kind={kind}
                onKind={setKind}
                onZoom={onBrush}
              />
            ),
        },
        {
          id: "patterns",
          label: "Patterns",
          content:
            asked.events === undefined ? (
              none
            ) : (
              <PatternsTab events={asked.events} asked={range} onFilter={onPattern} />
            ),
        },
        {
          id: "explain",
          label: "Explain",
          content: asked.events === undefined ? none : <ExplainTab query={text} request={request} run={run} />,
        },
      ]}
    />
  );
}
