import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { drawChart } from "@nephoscope/charts";
import { useEffect, useMemo, useRef, useState } from "react";
import type { Result } from "../result-table/result-model.ts";
import { visibleText } from "../result-table/visible-text.ts";
import { useDark } from "../shell/look.ts";
import { numberText } from "../time/format.ts";
import { useZone } from "../time/zone.ts";
import type { Span } from "../time-range/time-range.ts";
import { BarList } from "./bar-list.tsx";
import { resultChart } from "./result-chart.ts";
import { SvgPicture } from "./svg-picture.tsx";
import { TimeChart } from "./time-chart.tsx";
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
}

/** The result as a graph, of a kind that the query allows. */
export function VisualizationTab({ query, result, span, kind, onKind }: VisualizationTabProps) {
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
        <OverTime result={result} drawable={drawable} kind={chosen} span={span} />
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
}: {
  readonly result: Result;
  readonly drawable: Drawable;
  readonly kind: ChartKind;
  readonly span: Span;
}) {
  const zone = useZone();
  const dark = useDark();
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const { data: lines, total } = useMemo(() => timeSeriesOf(result, drawable), [result, drawable]);
  const label = `${KINDS[kind]} of ${drawable.values.map(visibleText).join(", ")} over time`;
  const { binMs } = drawable;
  const picture = useMemo(() => {
    if (width === 0 || kind !== "pie") return undefined;
    return drawChart(
      resultChart({ kind, lines, span, binMs, zone, theme: dark ? "dark" : "light", width, height: HEIGHT }),
    );
  }, [lines, kind, span, binMs, zone, dark, width]);
  return (
    <div ref={place}>
      <SpaceBetween size="s">
        {total > MAX_LINES && (
          <Alert type="info">
            The {MAX_LINES} largest of {numberText(total)} lines are drawn.
          </Alert>
        )}
        {kind !== "pie" && width > 0 && (
          <TimeChart
            kind={kind}
            lines={lines}
            colors={COLORS}
            span={span}
            binMs={binMs}
            width={width}
            height={HEIGHT}
            zone={zone}
            label={label}
          />
        )}
        {picture !== undefined && <SvgPicture picture={picture} label={label} />}
      </SpaceBetween>
    </div>
  );
}

/** Colours of CloudWatch's graphs, in their order. */
const COLORS = [
  "#1f77b4",
  "#ff7f0e",
  "#2ca02c",
  "#d62728",
  "#9467bd",
  "#8c564b",
  "#e377c2",
  "#7f7f7f",
  "#bcbd22",
  "#17becf",
];
