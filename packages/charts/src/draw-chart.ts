import { drawBars } from "./bars.ts";
import type { Chart } from "./chart.ts";
import { drawGauges } from "./gauge.ts";
import { drawPie } from "./pie.ts";
import { drawSingleValues } from "./single-value.ts";
import type { SvgNode } from "./svg.ts";
import { drawTable } from "./table.ts";
import { drawTimeSeries } from "./time-series.ts";

const DRAW: Readonly<Record<Chart["view"], (chart: Chart) => SvgNode>> = {
  timeSeries: drawTimeSeries,
  singleValue: drawSingleValues,
  gauge: drawGauges,
  bar: drawBars,
  pie: drawPie,
  table: drawTable,
};

/** The picture of a chart. The same chart gives the same picture, always and everywhere. */
export const drawChart = (chart: Chart): SvgNode => DRAW[chart.view](chart);
