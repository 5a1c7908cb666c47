import type { MathSource, Series } from "@nephoscope/languages";
import type { MetricQuery } from "../../../platform/metrics/metric-reader.ts";
import type { Evaluation, EvaluationDeps } from "./evaluate-queries.ts";
import { RequestRefused } from "./request-refused.ts";

/** A series that is one metric's, so that labels can tell of it. What metric math makes of it keeps these members. */
export interface SourceSeries extends Series {
  readonly query: MetricQuery;
  readonly stat: string;
}

/** The series that an expression takes from elsewhere. @throws RequestRefused */
export async function fetchSource(
  _deps: EvaluationDeps,
  source: MathSource,
  _period: number,
  _evaluation: Evaluation,
): Promise<readonly Series[]> {
  const name = source.kind === "external" ? source.name : source.kind.toUpperCase();
  throw new RequestRefused("ValidationException", `${name} is not supported by this server.`);
}
