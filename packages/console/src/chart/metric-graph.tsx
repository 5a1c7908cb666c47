import Box from "@cloudscape-design/components/box";
import Spinner from "@cloudscape-design/components/spinner";
import type { AlarmState } from "@nephoscope/charts";
import type { MetricProperties } from "@nephoscope/languages/dashboard-body";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { currentRegion } from "../api/session.ts";
import { Failure } from "../shell/failure.tsx";
import { useDark } from "../shell/look.ts";
import { offsetMinutes } from "../time/format.ts";
import { useZone } from "../time/zone.ts";
import type { Span } from "../time-range/time-range.ts";
import { ChartView } from "./chart-view.tsx";
import { chartOf, graphQueries } from "./graph-query.ts";
import { readGraph } from "./read-graph.ts";

export interface MetricGraphProps {
  /** As a dashboard's metric widget has them. */
  readonly properties: MetricProperties;
  readonly span: Span;
  readonly nowMs: number;
  /** Pixels. */
  readonly height: number;
  readonly label: string;
  readonly keepPeriods?: boolean;
  /** States of an alarm, for the strip below. */
  readonly states?: readonly AlarmState[] | undefined;
  readonly onZoom?: ((span: Span) => void) | undefined;
}

/** A graph of metrics with its data. */
export function MetricGraph({ properties, span, nowMs, height, label, keepPeriods, states, onZoom }: MetricGraphProps) {
  const zone = useZone();
  const dark = useDark();
  const region = currentRegion();
  const queries = useMemo(
    () => graphQueries(properties, { region, span, nowMs, keepPeriods: keepPeriods ?? false }),
    [properties, region, span, nowMs, keepPeriods],
  );
  const data = useQuery({
    queryKey: ["monitoring", "GetMetricData", span, queries.map((query) => [query.region, query.request])],
    queryFn: ({ signal }) => readGraph(queries, span, signal),
    placeholderData: keepPreviousData,
    enabled: queries.length > 0,
  });
  const chart = useMemo(
    () => ({
      ...chartOf(properties, queries, data.data ?? [], {
        span,
        nowMs,
        dark,
        offsetMinutes: offsetMinutes(span.endMs, zone),
        width: 0,
        height,
      }),
      states,
    }),
    [properties, queries, data.data, span, nowMs, dark, zone, height, states],
  );
  if (data.error !== null) return <Failure error={data.error} retry={() => void data.refetch()} />;
  if (data.isPending && queries.length > 0) {
    return (
      <div style={{ height }}>
        <Box textAlign="center" padding="xl" color="text-status-inactive">
          <Spinner /> Loading the graph
        </Box>
      </div>
    );
  }
  return <ChartView chart={chart} height={height} label={label} onZoom={onZoom} />;
}
