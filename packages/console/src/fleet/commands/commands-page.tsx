import Button from "@cloudscape-design/components/button";
import Link from "@cloudscape-design/components/link";
import { useQuery } from "@tanstack/react-query";
import { Nothing, ResourceTable } from "../../resource-table/resource-table.tsx";
import { LogText } from "../../result-table/log-text.tsx";
import { navigate, setQuery } from "../../shell/navigate.ts";
import type { PageProps } from "../../shell/page-entry.ts";
import { href } from "../../shell/route.ts";
import { Time } from "../../time/time.tsx";
import { msOf } from "../seconds.ts";
import { allCommands, type Command } from "./command-calls.ts";
import { CommandState } from "./command-state.tsx";
import { progressText } from "./command-status.ts";

const REFRESH_MS = 5_000;

/** What hosts were told to do, and what became of it. */
export default function CommandsPage({ query }: PageProps) {
  const commands = useQuery({
    queryKey: ["ssm", "ListCommands", "all"],
    queryFn: ({ signal }) => allCommands(signal),
    refetchInterval: REFRESH_MS,
  });
  const run = () => navigate(href("/fleet/run-command"));
  return (
    <ResourceTable<Command>
      full
      title="Commands"
      what="commands"
      description="A command runs a document on hosts. Commands are kept for 30 days."
      asked={commands}
      idOf={({ CommandId = "" }) => CommandId}
      textOf={({ CommandId, DocumentName, Comment, Status }) => [CommandId, DocumentName, Comment, Status].join(" ")}
      search={{ text: query.get("filter") ?? "", onChange: (text) => setQuery({ filter: text || undefined }) }}
      actions={
        <Button variant="primary" onClick={run}>
          Run command
        </Button>
      }
      empty={
        <Nothing
          title="No commands"
          text="No host was told to do anything in the last 30 days."
          action={<Button onClick={run}>Run command</Button>}
        />
      }
      columns={[
        {
          id: "document",
          header: "Document",
          width: 250,
          isRowHeader: true,
          cell: ({ CommandId = "", DocumentName = "" }) => (
            <Link
              href={href("/fleet/commands/:command", { command: CommandId })}
              ariaLabel={`${DocumentName}, command ${CommandId}`}
            >
              {DocumentName}
            </Link>
          ),
        },
        {
          id: "status",
          header: "Status",
          width: 150,
          cell: ({ Status, StatusDetails }) => <CommandState status={Status} details={StatusDetails} />,
        },
        { id: "progress", header: "Hosts", width: 200, cell: progressText },
        {
          id: "requested",
          header: "Requested",
          width: 175,
          cell: ({ RequestedDateTime }) => <Time ms={msOf(RequestedDateTime)} />,
        },
        { id: "comment", header: "Comment", width: 200, cell: ({ Comment }) => <LogText text={Comment || "–"} /> },
        { id: "id", header: "Command id", width: 330, cell: ({ CommandId }) => CommandId },
      ]}
    />
  );
}
