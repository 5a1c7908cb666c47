import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ContentLayout from "@cloudscape-design/components/content-layout";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { queryCache } from "../../api/query-cache.ts";
import { OutputText } from "../../log-text/output-text.tsx";
import { Nothing, ResourceTable } from "../../resource-table/resource-table.tsx";
import { LogText } from "../../result-table/log-text.tsx";
import { CopyText } from "../../shell/copy-text.tsx";
import { Failure } from "../../shell/failure.tsx";
import { useFlash } from "../../shell/flash.tsx";
import { setQuery } from "../../shell/navigate.ts";
import type { PageProps } from "../../shell/page-entry.ts";
import { Time } from "../../time/time.tsx";
import { msOf } from "../seconds.ts";
import { ssm } from "../ssm.ts";
import { type Command, commandOf, type Invocation, invocationsOf } from "./command-calls.ts";
import { CommandOutput } from "./command-output.tsx";
import { CommandState } from "./command-state.tsx";
import { isOver, progressText } from "./command-status.ts";

/** How often is asked what becomes of a command that goes on. */
const POLL_MS = 1_500;

/** One command: what was asked, and what becomes of it on each host, with its output. */
export default function CommandPage({ params, query }: PageProps) {
  const id = params.command ?? "";
  const command = useQuery({
    queryKey: ["ssm", "ListCommands", "one", id],
    queryFn: ({ signal }) => commandOf(id, signal),
    refetchInterval: ({ state }) => (isOver(state.data?.Status) ? false : POLL_MS),
  });
  if (command.data === undefined) {
    if (command.error) return <Failure error={command.error} retry={() => void command.refetch()} />;
    return <Spinner size="large" />;
  }
  return <Shown command={command.data} chosen={query.get("host") ?? undefined} />;
}

function Shown({ command, chosen }: { readonly command: Command; readonly chosen: string | undefined }) {
  const flash = useFlash();
  const [cancelling, setCancelling] = useState(false);
  const id = command.CommandId ?? "";
  const over = isOver(command.Status);
  const invocations = useQuery({
    // Once more when the command is over, so that the last states are those that are shown.
    queryKey: ["ssm", "ListCommandInvocations", "command", id, over],
    queryFn: ({ signal }) => invocationsOf({ CommandId: id }, signal),
    refetchInterval: over ? false : POLL_MS,
    placeholderData: (before) => before,
  });
  const all = invocations.data?.items ?? [];
  const shown = all.find(({ InstanceId }) => InstanceId === chosen) ?? (all.length === 1 ? all[0] : undefined);
  const cancel = async () => {
    setCancelling(true);
    try {
      await ssm("CancelCommand", { CommandId: id });
      await queryCache.invalidateQueries({ queryKey: ["ssm", "ListCommands"] });
    } catch (error) {
      flash.failure(error, "Cancelling the command");
    }
    setCancelling(false);
  };
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          actions={
            !over && (
              <Button loading={cancelling || command.Status === "Cancelling"} onClick={() => void cancel()}>
                Cancel command
              </Button>
            )
          }
        >
          {command.DocumentName}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Container header={<Header variant="h2">Details</Header>}>
          <SpaceBetween size="m">
            <KeyValuePairs
              columns={4}
              items={[
                { label: "Status", value: <CommandState status={command.Status} details={command.StatusDetails} /> },
                { label: "Hosts", value: progressText(command) },
                { label: "Requested", value: <Time ms={msOf(command.RequestedDateTime)} /> },
                { label: "Expires", value: <Time ms={msOf(command.ExpiresAfter)} /> },
                { label: "Targets", value: <LogText text={targetsText(command)} /> },
                { label: "Comment", value: <LogText text={command.Comment || "–"} /> },
                { label: "Command id", value: <CopyText text={id} what="Command id" /> },
              ]}
            />
            <ExpandableSection headerText="Parameters">
              <SpaceBetween size="s">
                {Object.entries(command.Parameters ?? {}).map(([name, values]) => (
                  <OutputText key={name} label={name} text={values.join("\n")} />
                ))}
                {Object.keys(command.Parameters ?? {}).length === 0 && "The document's own defaults."}
              </SpaceBetween>
            </ExpandableSection>
          </SpaceBetween>
        </Container>
        <ResourceTable<Invocation>
          title="Hosts"
          what="hosts"
          asked={invocations}
          idOf={({ InstanceId = "" }) => InstanceId}
          textOf={({ InstanceId, InstanceName, Status }) => [InstanceId, InstanceName, Status].join(" ")}
          selection={{
            type: "single",
            ids: shown?.InstanceId === undefined ? [] : [shown.InstanceId],
            onChange: ([host]) => setQuery({ host }),
          }}
          empty={<Nothing title="No hosts" text="No host fitted the targets when the command was sent." />}
          columns={[
            {
              id: "host",
              header: "Host",
              width: 230,
              isRowHeader: true,
              cell: ({ InstanceName, InstanceId = "" }) => <LogText text={InstanceName || InstanceId} />,
            },
            {
              id: "status",
              header: "Status",
              width: 200,
              cell: ({ Status, StatusDetails }) => <CommandState status={Status} details={StatusDetails} />,
            },
            { id: "id", header: "Id", width: 210, cell: ({ InstanceId }) => InstanceId },
          ]}
        />
        {shown?.InstanceId === undefined ? (
          all.length > 1 && <Container>Choose a host to see its output.</Container>
        ) : (
          <CommandOutput key={shown.InstanceId} command={id} host={shown.InstanceId} />
        )}
      </SpaceBetween>
    </ContentLayout>
  );
}

const targetsText = ({ Targets = [], InstanceIds = [] }: Command): string =>
  InstanceIds.length > 0
    ? InstanceIds.join(", ")
    : Targets.map(({ Key = "", Values = [] }) => `${Key.replace(/^tag:/, "")}=${Values.join(" or ")}`).join(", ");
