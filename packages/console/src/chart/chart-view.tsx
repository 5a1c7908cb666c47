import { type Chart, drawChart } from "@nephoscope/charts";
import { useMemo } from "react";
import { SvgPicture } from "../insights/svg-picture.tsx";
import type { Span } from "../time-range/time-range.ts";
import { description, LineChart } from "./line-chart.tsx";
import { useWidth } from "./use-width.ts";

/** A chart of any kind, as wide as its place: over time one to point at, else a picture. */
export function ChartView(props: {
  readonly chart: Chart;
  readonly height: number;
  readonly label: string;
  readonly onZoom?: ((span: Span) => void) | undefined;
}) {
  return props.chart.view === "timeSeries" ? <LineChart {...props} /> : <Picture {...props} />;
}

function Picture({ chart, height, label }: { readonly chart: Chart; readonly height: number; readonly label: string }) {
  const { place, width } = useWidth();
  const picture = useMemo(
    () => (width === 0 ? undefined : drawChart({ ...chart, width, height })),
    [chart, width, height],
  );
  return (
    <div ref={place} style={{ minHeight: height, overflow: "hidden" }}>
      {picture !== undefined && <SvgPicture picture={picture} label={`${label}. ${description(chart)}`} />}
    </div>
  );
}
