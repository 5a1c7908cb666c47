import Box from "@cloudscape-design/components/box";
import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import { bytesText, durationText, numberText } from "../time/format.ts";
import type { Run, RunStatus } from "./run-query.ts";
import { isUnderWay } from "./run-query.ts";

const SHOWN: Readonly<Record<RunStatus, { readonly type: StatusIndicatorProps.Type; readonly text: string }>> = {
  starting: { type: "in-progress", text: "Starting" },
  Scheduled: { type: "pending", text: "Waiting for its turn" },
  Running: { type: "in-progress", text: "Running" },
  Unknown: { type: "in-progress", text: "Running" },
  loading: { type: "in-progress", text: "Loading rows" },
  Complete: { type: "success", text: "Complete" },
  Failed: { type: "error", text: "Failed" },
  Cancelled: { type: "stopped", text: "Cancelled" },
  Timeout: { type: "warning", text: "Out of time" },
};

/** How a query goes: its state, what it has read, and for how long. */
export function RunStatusLine({ run }: { readonly run: Run }) {
  const { status, statistics } = run;
  const { type, text } = SHOWN[status];
  const going = isUnderWay(run) && status !== "loading";
  const facts = [
    // The server counts the matched events when the query ends.
    ...(going ? [] : [`${numberText(statistics.recordsMatched)} matched`]),
    `${numberText(statistics.recordsScanned)} scanned`,
    bytesText(statistics.bytesScanned),
    ...(statistics.logGroupsScanned > 0
      ? [`${numberText(statistics.logGroupsScanned)} log ${statistics.logGroupsScanned === 1 ? "group" : "groups"}`]
      : []),
    durationText(run.elapsedMs),
  ];
  return (
    <div className="run-status" role="status">
      <StatusIndicator type={type}>{text}</StatusIndicator>
      <Box color="text-body-secondary" display="inline" fontSize="body-s">
        {facts.join(" · ")}
      </Box>
    </div>
  );
}
