import { parseOffset } from "@nephoscope/charts";
import { type Finding, NotJson, readImageWidget } from "@nephoscope/languages/dashboard-body";
import type { Clock } from "../../../platform/clock/clock.ts";
import type { GraphRequest } from "../../../platform/mail/graphs.ts";
import { createRasterizer, type RasterizerOptions } from "./rasterizer.ts";
import type { SeriesReader } from "./series-reader.ts";
import { chartOf } from "./widget-chart.ts";
import { readingOf, WidgetRefused } from "./widget-query.ts";

/** Draws widgets as PNG. */
export interface WidgetImages {
  /**
   * The picture of a `MetricWidget`, its series read now.
   * @throws WidgetRefused, RasterBusy
   */
  draw(request: GraphRequest, signal?: AbortSignal): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface WidgetImagesParts {
  readonly series: SeriesReader;
  readonly clock: Clock;
  readonly raster?: RasterizerOptions;
}

/** "Up to 100 KB uncompressed payload" (API reference, GetMetricWidgetImage). */
const MAX_BYTES = 102_400;

/** Starts nothing: the thread that draws comes with the first picture. */
export function createWidgetImages({ series, clock, raster }: WidgetImagesParts): WidgetImages {
  const rasterizer = createRasterizer(raster);
  return {
    async draw({ account, region, widget: text }, signal) {
      const widget = readWidget(text);
      const nowMs = clock.now();
      const reading = readingOf(widget, region, nowMs);
      const request = { account, region, ...reading, offsetMinutes: parseOffset(widget.timezone), nowMs };
      // Numbers of the whole range have below them how it went.
      const withCourse = reading.wholeRange && widget.sparkline === true && widget.view === "singleValue";
      const [found, course] = await Promise.all([
        series.read(request, signal),
        withCourse ? series.read({ ...request, wholeRange: false }, signal) : [],
      ]);
      return rasterizer.draw(chartOf(widget, reading, { found, course }, nowMs), signal);
    },
    close: () => rasterizer.close(),
  };
}

/** @throws WidgetRefused */
function readWidget(text: string) {
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_BYTES) throw new WidgetRefused(`The metric widget is ${bytes} bytes long; it may have ${MAX_BYTES}.`);
  try {
    const { widget, errors } = readImageWidget(text);
    if (widget !== undefined) return widget;
    throw new WidgetRefused(sentence(errors));
  } catch (error) {
    if (error instanceof NotJson)
      throw new WidgetRefused(`The metric widget must be a valid JSON object: ${error.message}`);
    throw error;
  }
}

function sentence(errors: readonly Finding[]): string {
  return `The metric widget is invalid, there are ${errors.length} validation errors:\n${JSON.stringify(errors, null, 2)}`;
}
