import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Spinner from "@cloudscape-design/components/spinner";
import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import { useQuery } from "@tanstack/react-query";
import { logs } from "../api/services.ts";
import { LogText } from "../result-table/log-text.tsx";
import { Failure } from "../shell/failure.tsx";
import { durationText } from "../time/format.ts";
import { Time } from "../time/time.tsx";
import { isRunnable, stateOfHistory } from "./history-entry.ts";
import { isOwnQuery } from "./own-query.ts";
import type { QueryState } from "./query-state.ts";
import "./side-panel.css";

const SHOWN = 100;
const TYPES: Readonly<Record<string, StatusIndicatorProps.Type>> = {
  Complete: "success",
  Running: "in-progress",
  Scheduled: "pending",
  Failed: "error",
  Cancelled: "stopped",
  Timeout: "warning",
};

export interface HistoryPanelProps {
  /** For queries that carry none of their own. */
  readonly range: QueryState["range"];
  readonly onApply: (state: QueryState) => void;
}

/** The newest queries of the account, whoever asked them, but for those that the console asks to draw its bars and patterns. */
export function HistoryPanel({ range, onApply }: HistoryPanelProps) {
  const history = useQuery({
    queryKey: ["logs", "DescribeQueries"],
    queryFn: ({ signal }) => logs("DescribeQueries", { maxResults: SHOWN }, signal),
    refetchOnMount: "always",
  });
  if (history.isPending) {
    return (
      <Box color="text-status-inactive">
        <Spinner /> Loading
      </Box>
    );
  }
  if (history.isError) return <Failure error={history.error} retry={() => void history.refetch()} />;
  const queries = (history.data.queries ?? []).filter(({ queryString }) => !isOwnQuery(queryString ?? ""));
  if (queries.length === 0) {
    return <Box color="text-body-secondary">No query was asked in the last seven days.</Box>;
  }
  return (
    <>
      <Button iconName="refresh" loading={history.isFetching} onClick={() => void history.refetch()}>
        Refresh
      </Button>
      {queries.map(({ queryId, queryString = "", status = "", createTime, queryDuration }) => {
        const state = stateOfHistory(queryString, range);
        return (
          <div className="side-entry" key={queryId}>
            <div className="side-entry-head">
              <StatusIndicator type={TYPES[status] ?? "info"}>
                <Time ms={createTime} />
              </StatusIndicator>
              <span className="side-entry-actions">
                {queryDuration !== undefined && durationText(queryDuration)}
                <Button
                  variant="inline-link"
                  disabled={!isRunnable(state)}
                  onClick={() => onApply(state)}
                  ariaLabel={`Open the query of ${new Date(createTime ?? 0).toISOString()}`}
                >
                  Open
                </Button>
              </span>
            </div>
            {state.groups.kind === "names" && state.groups.names.length > 0 && (
              <Box fontSize="body-s" color="text-body-secondary">
                {state.groups.names.slice(0, 3).join(", ")}
                {state.groups.names.length > 3 && ` and ${state.groups.names.length - 3} more`}
              </Box>
            )}
            <pre className="side-query">
              <LogText text={state.query} />
            </pre>
          </div>
        );
      })}
    </>
  );
}
