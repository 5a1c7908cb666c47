import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { TypedDeletion } from "../fleet/typed-deletion.tsx";
import { Nothing, ResourceTable } from "../resource-table/resource-table.tsx";
import { useFlash } from "../shell/flash.tsx";
import { navigate, setQuery } from "../shell/navigate.ts";
import type { PageProps } from "../shell/page-entry.ts";
import { href } from "../shell/route.ts";
import { durationText } from "../time/format.ts";
import { Time } from "../time/time.tsx";
import type { FlowLog } from "./network.ts";
import { allFlowLogs, deleteFlowLogs, flowLogsChanged } from "./network-calls.ts";

const TRAFFIC: Readonly<Record<string, string>> = { ALL: "All", ACCEPT: "Accept", REJECT: "Reject" };

/** What is recorded of the network's traffic, and where it goes. */
export default function FlowLogsPage({ query }: PageProps) {
  const flash = useFlash();
  const [selected, setSelected] = useState<readonly string[]>([]);
  const [deleting, setDeleting] = useState(false);
  const flowLogs = useQuery({
    queryKey: ["ec2", "DescribeFlowLogs"],
    queryFn: ({ signal }) => allFlowLogs(signal),
  });
  const choose = () => navigate(href("/networks"));
  const remove = async () => {
    await deleteFlowLogs(selected);
    setSelected([]);
    await flowLogsChanged();
    flash.success(selected.length === 1 ? "The flow log was deleted." : `${selected.length} flow logs were deleted.`);
  };
  return (
    <>
      <ResourceTable<FlowLog>
        full
        title="Flow logs"
        what="flow logs"
        description="A flow log records the traffic of each interface of a VPC or subnet, or of one interface."
        asked={flowLogs}
        idOf={({ id }) => id}
        textOf={({ id, resourceId, traffic, destination, failure }) =>
          [id, resourceId, traffic, destination, failure].join(" ")
        }
        selection={{ type: "multi", ids: selected, onChange: setSelected }}
        search={{ text: query.get("filter") ?? "", onChange: (text) => setQuery({ filter: text || undefined }) }}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={selected.length === 0} onClick={() => setDeleting(true)}>
              Delete
            </Button>
            <Button variant="primary" onClick={choose}>
              Choose networks
            </Button>
          </SpaceBetween>
        }
        empty={
          <Nothing
            title="No flow logs"
            text="Choose VPCs, subnets or interfaces, and create one."
            action={<Button onClick={choose}>Choose networks</Button>}
          />
        }
        columns={[
          { id: "id", header: "Id", width: 220, minWidth: 190, isRowHeader: true, cell: ({ id }) => id },
          { id: "resource", header: "Recorded", width: 230, cell: ({ resourceId }) => resourceId },
          { id: "traffic", header: "Filter", width: 90, cell: ({ traffic }) => TRAFFIC[traffic] ?? traffic },
          { id: "interval", header: "Interval", width: 100, cell: ({ interval }) => durationText(interval * 1_000) },
          {
            id: "destination",
            header: "Destination",
            width: 220,
            cell: ({ group, destination }) =>
              group === undefined ? destination : <Link href={href("/logs/groups/:group", { group })}>{group}</Link>,
          },
          {
            id: "status",
            header: "Delivery",
            width: 150,
            cell: ({ failure }) =>
              failure === undefined ? (
                <StatusIndicator type="success">Success</StatusIndicator>
              ) : (
                <StatusIndicator type="error">{failure}</StatusIndicator>
              ),
          },
          { id: "created", header: "Created", width: 175, cell: ({ created }) => <Time ms={created} /> },
        ]}
      />
      {deleting && (
        <TypedDeletion
          title={selected.length === 1 ? `Delete ${selected[0]}?` : `Delete ${selected.length} flow logs?`}
          word="delete"
          action="Delete"
          onConfirm={remove}
          onClose={() => setDeleting(false)}
        >
          <Alert type="warning">The traffic is not recorded any more. What was recorded stays where it is.</Alert>
        </TypedDeletion>
      )}
    </>
  );
}
