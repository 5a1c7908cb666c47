import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { logs } from "../../api/services.ts";
import { Nothing, ResourceTable } from "../../resource-table/resource-table.tsx";
import { LogText } from "../../result-table/log-text.tsx";
import { useFlash } from "../../shell/flash.tsx";
import { Time } from "../../time/time.tsx";
import { CreateExport } from "./create-export.tsx";
import { canBeCancelled, type ExportTask, exportsChanged, exportsOf, isUnderWay } from "./export-calls.ts";

const POLL_MS = 1_500;

/** The exports of a group to buckets: those under way with how far they are, and those that are over. */
export function ExportsTab({ group }: { readonly group: string }) {
  const flash = useFlash();
  const [selected, setSelected] = useState<readonly string[]>([]);
  const [creating, setCreating] = useState(false);
  const tasks = useQuery({
    queryKey: ["logs", "DescribeExportTasks", group],
    queryFn: ({ signal }) => exportsOf(group, signal),
    refetchInterval: ({ state }) => (state.data?.items.some(isUnderWay) ? POLL_MS : false),
  });
  const chosen = tasks.data?.items.find(({ taskId }) => taskId === selected[0]);
  const cancel = async () => {
    try {
      await logs("CancelExportTask", { taskId: chosen?.taskId ?? "" });
      await exportsChanged();
    } catch (error) {
      flash.failure(error, "Cancelling the export");
    }
  };
  const create = () => setCreating(true);
  return (
    <>
      <ResourceTable<ExportTask>
        title="Exports"
        what="exports"
        description="An export writes the events of a range into a bucket, compressed, a folder for each stream."
        asked={tasks}
        idOf={({ taskId = "" }) => taskId}
        textOf={({ taskId, destination, destinationPrefix, status }) =>
          [taskId, destination, destinationPrefix, status?.code].join(" ")
        }
        selection={{ type: "single", ids: selected, onChange: setSelected }}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={chosen === undefined || !canBeCancelled(chosen)} onClick={() => void cancel()}>
              Cancel export
            </Button>
            <Button variant="primary" onClick={create}>
              Export events
            </Button>
          </SpaceBetween>
        }
        empty={
          <Nothing
            title="No exports"
            text="Nothing of this log group was written into a bucket."
            action={<Button onClick={create}>Export events</Button>}
          />
        }
        wrap
        columns={[
          { id: "state", header: "Status", width: 150, cell: (task) => <Status of={task} /> },
          {
            id: "target",
            header: "Written to",
            width: 230,
            isRowHeader: true,
            cell: ({ destination = "", destinationPrefix = "", taskId = "" }) => (
              <LogText text={`s3://${destination}/${destinationPrefix}/${taskId}/`} />
            ),
          },
          {
            id: "range",
            header: "Events of",
            width: 175,
            cell: ({ from, to }) => (
              <>
                <Time ms={from} /> to <Time ms={to} />
              </>
            ),
          },
          {
            id: "message",
            header: "How far",
            width: 240,
            cell: ({ status }) => <LogText text={status?.message || "–"} />,
          },
          {
            id: "created",
            header: "Asked for",
            width: 175,
            cell: ({ executionInfo }) => (
              <>
                <Time ms={executionInfo?.creationTime} />
                {executionInfo?.completionTime !== undefined && (
                  <Box variant="small" display="block" color="text-body-secondary">
                    over <Time ms={executionInfo.completionTime} />
                  </Box>
                )}
              </>
            ),
          },
        ]}
      />
      {creating && <CreateExport group={group} onClose={() => setCreating(false)} />}
    </>
  );
}

const STATES: Readonly<Record<string, { readonly type: StatusIndicatorProps.Type; readonly text: string }>> = {
  PENDING: { type: "pending", text: "Waits" },
  RUNNING: { type: "in-progress", text: "Running" },
  PENDING_CANCEL: { type: "in-progress", text: "Being cancelled" },
  CANCELLED: { type: "stopped", text: "Cancelled" },
  COMPLETED: { type: "success", text: "Completed" },
  FAILED: { type: "error", text: "Failed" },
};

function Status({ of: { status } }: { readonly of: ExportTask }) {
  const known = STATES[status?.code ?? ""];
  return <StatusIndicator type={known?.type ?? "info"}>{known?.text ?? status?.code ?? "–"}</StatusIndicator>;
}
