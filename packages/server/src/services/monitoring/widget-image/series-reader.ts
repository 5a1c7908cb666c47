import type { WidgetQuery } from "./widget-query.ts";

/** What a query came to. An expression may come to several series, each with its label. */
export interface WidgetSeries {
  readonly id: string;
  readonly label: string;
  readonly unit: string | undefined;
  /** Milliseconds since 1970, ascending, and a value for each. */
  readonly timesMs: readonly number[];
  readonly values: readonly number[];
  /** Not all that was asked for could be read. */
  readonly incomplete: boolean;
}

export interface SeriesRequest {
  readonly account: string;
  readonly region: string;
  readonly queries: readonly WidgetQuery[];
  readonly startMs: number;
  readonly endMs: number;
  readonly wholeRange: boolean;
  readonly offsetMinutes: number;
  readonly nowMs: number;
}

/** Reads the series of a widget's visible queries, in their order. */
export interface SeriesReader {
  /** @throws WidgetRefused for what can't be read at all */
  read(request: SeriesRequest, signal?: AbortSignal): Promise<readonly WidgetSeries[]>;
}
