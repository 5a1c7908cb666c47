import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { useQuery } from "@tanstack/react-query";
import { OutputText } from "../../log-text/output-text.tsx";
import { Failure } from "../../shell/failure.tsx";
import { durationText, numberText } from "../../time/format.ts";
import { Time } from "../../time/time.tsx";
import { ssm } from "../ssm.ts";
import { CommandState } from "./command-state.tsx";
import { isOver } from "./command-status.ts";

const POLL_MS = 1_500;
/** So much of an output GetCommandInvocation tells; agents cut there too. */
const MOST_OUTPUT = 24_000;

/** What a command has written on one host; asked again until it is over. */
export function CommandOutput({ command, host }: { readonly command: string; readonly host: string }) {
  const asked = useQuery({
    queryKey: ["ssm", "GetCommandInvocation", command, host],
    queryFn: ({ signal }) => ssm("GetCommandInvocation", { CommandId: command, InstanceId: host }, signal),
    refetchInterval: ({ state }) => (isOver(state.data?.Status) ? false : POLL_MS),
  });
  const { data } = asked;
  if (data === undefined) {
    if (asked.error) return <Failure error={asked.error} retry={() => void asked.refetch()} />;
    return <Spinner />;
  }
  const [out = "", err = ""] = [data.StandardOutputContent, data.StandardErrorContent];
  const started = Date.parse(data.ExecutionStartDateTime ?? "");
  const ended = Date.parse(data.ExecutionEndDateTime ?? "");
  const over = isOver(data.Status);
  return (
    <Container header={<Header variant="h2">Output of {host}</Header>}>
      <SpaceBetween size="m">
        <KeyValuePairs
          columns={4}
          items={[
            { label: "Status", value: <CommandState status={data.Status} details={data.StatusDetails} /> },
            { label: "Exit code", value: over && data.ResponseCode !== -1 ? (data.ResponseCode ?? "–") : "–" },
            { label: "Started", value: <Time ms={Number.isNaN(started) ? undefined : started} /> },
            {
              label: "Took",
              value: Number.isNaN(started) || Number.isNaN(ended) ? "–" : durationText(ended - started),
            },
          ]}
        />
        {out !== "" && <OutputText label="Standard output" text={out} />}
        {err !== "" && <OutputText label="Standard error" text={err} />}
        {out === "" && err === "" && (
          <Box color="text-body-secondary">
            {over ? "It wrote nothing." : "Nothing yet. The host tells its output when it has ended."}
          </Box>
        )}
        {out.length >= MOST_OUTPUT && (
          <Box color="text-body-secondary">The first {numberText(MOST_OUTPUT)} characters are kept.</Box>
        )}
      </SpaceBetween>
    </Container>
  );
}
