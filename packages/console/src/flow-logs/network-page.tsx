import Button from "@cloudscape-design/components/button";
import Link from "@cloudscape-design/components/link";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Nothing, ResourceTable } from "../resource-table/resource-table.tsx";
import { LogText } from "../result-table/log-text.tsx";
import { setQuery } from "../shell/navigate.ts";
import type { PageProps } from "../shell/page-entry.ts";
import { href } from "../shell/route.ts";
import { CreateFlowLogs } from "./create-flow-logs.tsx";
import { commonKind, type FlowLog, type RecordedPart } from "./network.ts";
import { recordedNetwork } from "./network-calls.ts";

const KINDS = { VPC: "VPC", Subnet: "Subnet", NetworkInterface: "Interface" } as const;

/** VPCs, subnets and interfaces, and which flow logs record each, also those of what it stands in. */
export default function NetworkPage({ query }: PageProps) {
  const [selected, setSelected] = useState<readonly string[]>([]);
  const [creating, setCreating] = useState(false);
  const network = useQuery({
    queryKey: ["ec2", "network"],
    queryFn: ({ signal }) => recordedNetwork(signal),
  });
  const parts = (network.data?.items ?? []).filter(({ id }) => selected.includes(id));
  const kind = commonKind(parts);
  return (
    <>
      <ResourceTable<RecordedPart>
        full
        title="Networks"
        what="networks and interfaces"
        description="Choose VPCs, subnets or interfaces, of one kind at a time, to record their traffic."
        asked={network}
        idOf={({ id }) => id}
        textOf={({ id, kind: its, address, hostId, description, vpcId, own, inherited }) =>
          [id, KINDS[its], address, hostId, description, vpcId, ...[...own, ...inherited].map((log) => log.id)].join(
            " ",
          )
        }
        selection={{ type: "multi", ids: selected, onChange: setSelected }}
        search={{ text: query.get("filter") ?? "", onChange: (text) => setQuery({ filter: text || undefined }) }}
        actions={
          <Button variant="primary" disabled={kind === undefined} onClick={() => setCreating(true)}>
            Create flow log
          </Button>
        }
        empty={
          <Nothing title="No networks" text="They come with the hosts that report their interfaces, or are declared." />
        }
        columns={[
          { id: "id", header: "Id", width: 230, minWidth: 190, isRowHeader: true, cell: ({ id }) => id },
          { id: "kind", header: "Kind", width: 100, cell: ({ kind: its }) => KINDS[its] },
          { id: "address", header: "Address", width: 145, cell: ({ address }) => address || "–" },
          {
            id: "own",
            header: "Flow logs",
            width: 200,
            cell: ({ own }) => <Logs logs={own} />,
          },
          { id: "inherited", header: "Inherited", width: 200, cell: ({ inherited }) => <Logs logs={inherited} /> },
          {
            id: "host",
            header: "Host",
            width: 200,
            cell: ({ hostId }) =>
              hostId === undefined ? "–" : <Link href={href("/fleet/hosts/:host", { host: hostId })}>{hostId}</Link>,
          },
          {
            id: "description",
            header: "Description",
            width: 200,
            cell: ({ description }) => <LogText text={description || "–"} />,
          },
        ]}
      />
      {creating && kind !== undefined && (
        <CreateFlowLogs kind={kind} parts={parts} onMade={() => setSelected([])} onClose={() => setCreating(false)} />
      )}
    </>
  );
}

function Logs({ logs }: { readonly logs: readonly FlowLog[] }) {
  if (logs.length === 0) return <>–</>;
  return logs.map(({ id }, index) => (
    <span key={id}>
      {index > 0 && ", "}
      <Link href={href("/flow-logs", {}, { filter: id })}>{id}</Link>
    </span>
  ));
}
