import Box from "@cloudscape-design/components/box";
import Spinner from "@cloudscape-design/components/spinner";
import { useEffect, useMemo } from "react";
import { currentRegion } from "../api/session.ts";
import { kindOfView } from "../insights/query-widget.ts";
import { ResultGraph } from "../insights/result-graph.tsx";
import { isUnderWay } from "../insights/run-query.ts";
import { useQueryRun } from "../insights/use-query-run.ts";
import { ResultTable } from "../result-table/result-table.tsx";
import { visibleText } from "../result-table/visible-text.ts";
import { Failure } from "../shell/failure.tsx";
import type { Span } from "../time-range/time-range.ts";
import { namedGroups } from "./named-groups.ts";

const NO_FORMATS: ReadonlyMap<string, (value: string) => string> = new Map();

/** A query's result, as a table or a graph. */
export function LogWidget({
  properties,
  span,
  height,
  onZoom,
}: {
  readonly properties: {
    readonly query: string;
    readonly region: string;
    readonly view?: string | undefined;
    readonly stacked?: boolean | undefined;
    readonly queryLanguage?: string | undefined;
  };
  readonly span: Span;
  /** Pixels. */
  readonly height: number;
  readonly onZoom?: ((span: Span) => void) | undefined;
}) {
  const { region, view = "table", stacked, queryLanguage = "CWLI" } = properties;
  const { groups, query } = useMemo(() => namedGroups(properties.query), [properties.query]);
  const { run, error, start } = useQueryRun();
  const fault =
    region !== currentRegion()
      ? `This query reads ${region}. Choose that region at the top to see it.`
      : queryLanguage !== "CWLI"
        ? `Queries in ${queryLanguage} can not be run here.`
        : undefined;
  useEffect(() => {
    if (fault === undefined)
      start(
        {
          queryString: query,
          logGroupNames: groups,
          startTime: Math.floor(span.startMs / 1_000),
          endTime: Math.floor(span.endMs / 1_000),
          limit: undefined,
        },
        [],
      );
  }, [fault, groups, query, span, start]);
  if (fault !== undefined) return <Box color="text-body-secondary">{fault}</Box>;
  if (error !== undefined) return <Failure error={error} />;
  if (run === undefined || (isUnderWay(run) && run.result.rows.length === 0))
    return (
      <Box color="text-status-inactive">
        <Spinner /> The query runs
      </Box>
    );
  if (run.status !== "Complete" && !isUnderWay(run))
    return <Box color="text-status-error">The query ended as {run.status}.</Box>;
  if (run.result.rows.length === 0) return <Box color="text-body-secondary">No results.</Box>;
  const kind = kindOfView(view, stacked);
  if (kind === undefined) return <Box color="text-body-secondary">Queries can not be shown as {view} here.</Box>;
  if (kind !== "table")
    return <ResultGraph query={query} result={run.result} span={span} kind={kind} height={height} onZoom={onZoom} />;
  return (
    <ResultTable
      key={run.queryId}
      result={run.result}
      formats={NO_FORMATS}
      details={({ values }) => (
        <dl>
          {run.result.columns.map((name, index) => (
            <div key={name}>
              <dt>{visibleText(name)}</dt>
              <dd>{visibleText(values[index] ?? "")}</dd>
            </div>
          ))}
        </dl>
      )}
      label="Results of the query"
    />
  );
}
