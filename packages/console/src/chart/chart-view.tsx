import { drawChart } from "@nephoscope/charts";
import { useMemo } from "react";
import type { Span } from "../time-range/time-range.ts";
import { describeChart } from "./describe-chart.ts";
import { LineChart } from "./line-chart.tsx";
import type { PlotChart } from "./plot.ts";
import { SvgPicture } from "./svg-picture.tsx";
import { useWidth } from "./use-width.ts";

/** A chart of any kind, as wide as its place: over time one to point at, else a picture. */
export function ChartView(props: {
  readonly chart: PlotChart;
  readonly height: number;
  readonly label: string;
  readonly onZoom?: ((span: Span) => void) | undefined;
}) {
  return props.chart.view === "timeSeries" ? <LineChart {...props} /> : <Picture {...props} />;
}

function Picture({
  chart,
  height,
  label,
}: {
  readonly chart: PlotChart;
  readonly height: number;
  readonly label: string;
}) {
  const { place, width } = useWidth();
  const picture = useMemo(
    () => (width === 0 ? undefined : drawChart({ ...chart, width, height, legend: legendOf(chart, width) })),
    [chart, width, height],
  );
  return (
    <div ref={place} style={{ minHeight: height, overflow: "hidden" }}>
      {picture !== undefined && <SvgPicture picture={picture} label={`${label}. ${describeChart(chart)}`} />}
    </div>
  );
}

/** Pixels that a picture needs to have a legend beside it. */
const WIDE = 480;
const legendOf = ({ legend }: PlotChart, width: number) => (legend === "right" && width < WIDE ? "bottom" : legend);
