import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
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

export const KINDS: Readonly<Record<ChartKind, string>> = {
  line: "Line",
  area: "Stacked area",
  bar: "Bar",
  pie: "Pie",
};

export interface ResultGraphProps {
  /** The text that gave the result. */
  readonly query: string;
  readonly result: Result;
  readonly span: Span;
  readonly kind: ChartKind | undefined;
  /** Pixels. */
  readonly height: number;
  /** Told the range that was drawn over a graph. */
  readonly onZoom?: ((span: Span) => void) | undefined;
}

/** The result as a graph of a kind, or of the nearest that the query allows. */
export function ResultGraph({ query, kind, ...rest }: ResultGraphProps) {
  const drawable = useMemo(() => drawableOf(query), [query]);
  if ("reason" in drawable) return <NotDrawable reason={drawable.reason} />;
  return <Graph {...rest} drawable={drawable} kind={chosenKind(drawable, kind)} />;
}

export const chosenKind = ({ kinds }: Drawable, kind: ChartKind | undefined): ChartKind =>
  kind !== undefined && kinds.includes(kind) ? kind : (kinds[0] ?? "bar");

export const NotDrawable = ({ reason }: { readonly reason: string }) => (
  <Box padding="xl" textAlign="center" color="text-body-secondary">
    <Box variant="strong">This result can not be drawn</Box>
    <Box variant="p">{reason}</Box>
  </Box>
);

export function Graph({
  drawable,
  ...props
}: Omit<ResultGraphProps, "query" | "kind"> & { readonly drawable: Drawable; readonly kind: ChartKind }) {
  return drawable.time === undefined ? (
    <GroupedBars result={props.result} drawable={drawable} />
  ) : (
    <OverTime drawable={drawable} {...props} />
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

function OverTime({
  result,
  drawable,
  kind,
  span,
  height,
  onZoom,
}: Omit<ResultGraphProps, "query" | "kind"> & { readonly drawable: Drawable; readonly kind: ChartKind }) {
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
