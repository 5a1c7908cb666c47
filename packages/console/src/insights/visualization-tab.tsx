import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMemo } from "react";
import { ChartView } from "../chart/chart-view.tsx";
import type { Result } from "../result-table/result-model.ts";
import { visibleText } from "../result-table/visible-text.ts";
import { useDark } from "../shell/look.ts";
import { numberText } from "../time/format.ts";
import { useZone } from "../time/zone.ts";
import type { Span } from "../time-range/time-range.ts";
import { BarList } from "./bar-list.tsx";
import { resultChart } from "./result-chart.ts";
import {
  barsOf,
  type ChartKind,
  type Drawable,
  drawableOf,
  MAX_BARS,
  MAX_LINES,
  timeSeriesOf,
} from "./visualization.ts";

const KINDS: Readonly<Record<ChartKind, string>> = {
  line: "Line",
  area: "Stacked area",
  bar: "Bar",
  pie: "Pie",
};

export interface VisualizationTabProps {
  /** The text that gave the result. */
  readonly query: string;
  readonly result: Result;
  readonly span: Span;
  readonly kind: ChartKind | undefined;
  readonly onKind: (kind: ChartKind) => void;
  /** Told the range that was drawn over a graph. */
  readonly onZoom?: ((span: Span) => void) | undefined;
}

/** The result as a graph, of a kind that the query allows. */
export function VisualizationTab({ query, result, span, kind, onKind, onZoom }: VisualizationTabProps) {
  const drawable = useMemo(() => drawableOf(query), [query]);
  if ("reason" in drawable) {
    return (
      <Box padding="xl" textAlign="center" color="text-body-secondary">
        <Box variant="strong">This result can not be drawn</Box>
        <Box variant="p">{drawable.reason}</Box>
      </Box>
    );
  }
  const chosen = kind !== undefined && drawable.kinds.includes(kind) ? kind : (drawable.kinds[0] ?? "bar");
  return (
    <SpaceBetween size="m">
      {drawable.kinds.length > 1 ? (
        <SegmentedControl
          label="Kind of graph"
          selectedId={chosen}
          options={drawable.kinds.map((id) => ({ id, text: KINDS[id] }))}
          onChange={({ detail }) => {
            const next = drawable.kinds.find((each) => each === detail.selectedId);
            if (next !== undefined) onKind(next);
          }}
        />
      ) : (
        <Box color="text-body-secondary">Bars. Lines, stacked areas and pies need one grouping by bin(...).</Box>
      )}
      {drawable.time === undefined ? (
        <GroupedBars result={result} drawable={drawable} />
      ) : (
        <OverTime result={result} drawable={drawable} kind={chosen} span={span} height={HEIGHT} onZoom={onZoom} />
      )}
    </SpaceBetween>
  );
}

function GroupedBars({ result, drawable }: { readonly result: Result; readonly drawable: Drawable }) {
  const { data, total } = useMemo(() => barsOf(result, drawable), [result, drawable]);
  return (
    <SpaceBetween size="s">
      {total > MAX_BARS && (
        <Alert type="info">
          The first {MAX_BARS} of {numberText(total)} rows are drawn. Sort the result so that those that matter come
          first.
        </Alert>
      )}
      <BarList bars={data} label={`Bars of ${drawable.values.map(visibleText).join(", ")}`} />
    </SpaceBetween>
  );
}

const HEIGHT = 380;

function OverTime({
  result,
  drawable,
  kind,
  span,
  height,
  onZoom,
}: {
  readonly result: Result;
  readonly drawable: Drawable;
  readonly kind: ChartKind;
  readonly span: Span;
  readonly height: number;
  readonly onZoom: ((span: Span) => void) | undefined;
}) {
  const zone = useZone();
  const dark = useDark();
  const { data: lines, total } = useMemo(() => timeSeriesOf(result, drawable), [result, drawable]);
  const { binMs } = drawable;
  const chart = useMemo(
    () => resultChart({ kind, lines, span, binMs, zone, theme: dark ? "dark" : "light" }),
    [lines, kind, span, binMs, zone, dark],
  );
  return (
    <SpaceBetween size="s">
      {total > MAX_LINES && (
        <Alert type="info">
          The {MAX_LINES} largest of {numberText(total)} lines are drawn.
        </Alert>
      )}
      <ChartView
        chart={chart}
        height={height}
        label={`${KINDS[kind]} of ${drawable.values.map(visibleText).join(", ")} over time`}
        onZoom={onZoom}
      />
    </SpaceBetween>
  );
}
