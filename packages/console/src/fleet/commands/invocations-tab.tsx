import Link from "@cloudscape-design/components/link";
import { useQuery } from "@tanstack/react-query";
import { Nothing, ResourceTable } from "../../resource-table/resource-table.tsx";
import { href } from "../../shell/route.ts";
import { Time } from "../../time/time.tsx";
import { msOf } from "../seconds.ts";
import { type Invocation, invocationsOf } from "./command-calls.ts";
import { CommandState } from "./command-state.tsx";

const REFRESH_MS = 5_000;

/** The commands of one host. */
export function InvocationsTab({ host }: { readonly host: string }) {
  const invocations = useQuery({
    queryKey: ["ssm", "ListCommandInvocations", "host", host],
    queryFn: ({ signal }) => invocationsOf({ InstanceId: host }, signal),
    refetchInterval: REFRESH_MS,
  });
  return (
    <ResourceTable<Invocation>
      title="Commands"
      what="commands"
      asked={invocations}
      idOf={({ CommandId = "" }) => CommandId}
      textOf={({ CommandId, DocumentName, Comment, Status }) => [CommandId, DocumentName, Comment, Status].join(" ")}
      empty={<Nothing title="No commands" text="This host was told to do nothing yet." />}
      columns={[
        {
          id: "command",
          header: "Command",
          width: 330,
          isRowHeader: true,
          cell: ({ CommandId = "" }) => (
            <Link href={href("/fleet/commands/:command", { command: CommandId }, { host })}>{CommandId}</Link>
          ),
        },
        {
          id: "status",
          header: "Status",
          width: 160,
          cell: ({ Status, StatusDetails }) => <CommandState status={Status} details={StatusDetails} />,
        },
        { id: "document", header: "Document", width: 240, cell: ({ DocumentName }) => DocumentName ?? "–" },
        {
          id: "requested",
          header: "Requested",
          width: 175,
          cell: ({ RequestedDateTime }) => <Time ms={msOf(RequestedDateTime)} />,
        },
      ]}
    />
  );
}
