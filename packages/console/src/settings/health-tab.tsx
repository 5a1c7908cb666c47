import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { EngineDetails, EngineTable, JobHealth, RunningQuery, ServerHealth } from "@nephoscope/server/health";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { serverHealth } from "../api/health.ts";
import { allHosts } from "../fleet/hosts/host-calls.ts";
import { Nothing, ResourceTable } from "../resource-table/resource-table.tsx";
import { LogText } from "../result-table/log-text.tsx";
import { Failure } from "../shell/failure.tsx";
import { href } from "../shell/route.ts";
import { bytesText, durationText, numberText } from "../time/format.ts";
import { Time } from "../time/time.tsx";
import { agentsPart, type Part, partsOf } from "./parts.ts";

/** Somebody who watches sees queries come and go. */
const REFRESH_MS = 5_000;

/** Every part of the server, whether it is well, and what it does now. */
export function HealthTab() {
  const health = useQuery({
    queryKey: ["nephoscope-health", "DescribeServer"],
    queryFn: ({ signal }) => serverHealth(signal),
    refetchInterval: REFRESH_MS,
  });
  const hosts = useQuery({
    queryKey: ["ssm", "DescribeInstanceInformation", "all"],
    queryFn: ({ signal }) => allHosts(signal),
  });
  const server = health.error ? undefined : health.data;
  const parts =
    server === undefined
      ? undefined
      : [
          ...partsOf(server, Date.now()),
          ...(hosts.data === undefined
            ? []
            : [
                agentsPart(
                  hosts.data.items.map(({ about }) => about.PingStatus),
                  hosts.data.more,
                ),
              ]),
        ];
  const part = { ...health, data: parts && { items: parts, more: false } };
  return (
    <SpaceBetween size="l">
      {server !== undefined && <Figures server={server} />}
      {hosts.error !== null && <Failure error={hosts.error} retry={() => void hosts.refetch()} />}
      <ResourceTable<Part>
        title="Parts"
        what="parts"
        asked={part}
        idOf={({ name }) => name}
        textOf={({ name }) => name}
        wrap
        empty={<Nothing title="No parts" />}
        columns={[
          { id: "name", header: "Part", width: 220, isRowHeader: true, cell: ({ name }) => name },
          {
            id: "state",
            header: "State",
            width: 260,
            cell: ({ state, text }) => <StatusIndicator type={state}>{text}</StatusIndicator>,
          },
          { id: "detail", header: "About it", minWidth: 240, cell: ({ detail }) => <LogText text={detail} /> },
        ]}
      />
      {server?.Engine.Details !== undefined && <Queries asked={health} details={server.Engine.Details} />}
      {server?.Engine.Details !== undefined && <Tables asked={health} details={server.Engine.Details} />}
      {server !== undefined && <Jobs asked={health} jobs={server.Jobs} />}
    </SpaceBetween>
  );
}

function Figures({ server }: { readonly server: ServerHealth }) {
  const { Version, NodeVersion, StartedAt, ProcessBytes, MachineBytes, MachineFreeBytes, Disk, Engine } = server;
  return (
    <Container header={<Header variant="h2">Server</Header>}>
      <KeyValuePairs
        columns={4}
        items={[
          { label: "Nephoscope", value: Version },
          { label: "Node.js", value: NodeVersion },
          { label: "Engine", value: Engine.Details === undefined ? "–" : `ClickHouse ${Engine.Details.Version}` },
          {
            label: "Started",
            value: (
              <>
                <Time ms={StartedAt} />
                <Box variant="small" display="block" color="text-body-secondary">
                  {durationText(Math.max(0, Date.now() - StartedAt))} ago
                </Box>
              </>
            ),
          },
          { label: "Memory of the server", value: bytesText(ProcessBytes) },
          {
            label: "Memory of the engine",
            value: Engine.Details === undefined ? "–" : memoryText(Engine.Details),
          },
          {
            label: "Machine",
            value: `${bytesText(MachineFreeBytes)} free of ${bytesText(MachineBytes)}, ${server.Processors} processors, load ${server.LoadAverage.toFixed(2)}`,
          },
          { label: "Disk", value: `${bytesText(Disk.FreeBytes)} free of ${bytesText(Disk.TotalBytes)}` },
        ]}
      />
    </Container>
  );
}

const memoryText = ({ MemoryBytes, MemoryLimitBytes }: EngineDetails): string =>
  `${bytesText(MemoryBytes)}${MemoryLimitBytes > 0 ? ` of ${bytesText(MemoryLimitBytes)}` : ""}`;

type Asked = UseQueryResult<ServerHealth>;

function Queries({ asked, details }: { readonly asked: Asked; readonly details: EngineDetails }) {
  return (
    <ResourceTable<RunningQuery>
      title="Running queries"
      what="running queries"
      description={`${numberText(details.Merges)} merges and ${numberText(details.Mutations)} deletions run in the background.`}
      asked={{ ...asked, data: { items: details.Queries, more: false } }}
      idOf={({ Id }) => Id}
      textOf={({ Id, Kind }) => `${Id} ${Kind}`}
      empty={<Nothing title="No query runs now" text={<Link href={href("/logs/insights")}>Logs Insights</Link>} />}
      columns={[
        { id: "id", header: "Id", width: 340, isRowHeader: true, cell: ({ Id }) => <LogText text={Id} /> },
        { id: "kind", header: "Kind", width: 110, cell: ({ Kind }) => Kind },
        { id: "time", header: "For", width: 110, cell: ({ Seconds }) => durationText(Seconds * 1_000) },
        { id: "rows", header: "Rows read", width: 140, cell: ({ ReadRows }) => numberText(ReadRows) },
        { id: "memory", header: "Memory", width: 120, cell: ({ MemoryBytes }) => bytesText(MemoryBytes) },
      ]}
    />
  );
}

function Tables({ asked, details }: { readonly asked: Asked; readonly details: EngineDetails }) {
  return (
    <ResourceTable<EngineTable>
      title="Tables of the engine"
      what="tables"
      asked={{ ...asked, data: { items: details.Tables, more: false } }}
      idOf={({ Name }) => Name}
      textOf={({ Name }) => Name}
      empty={<Nothing title="No tables" />}
      columns={[
        { id: "name", header: "Table", width: 180, isRowHeader: true, cell: ({ Name }) => Name },
        { id: "holds", header: "Holds", width: 250, cell: ({ Name }) => HOLDS[Name] ?? "–" },
        { id: "rows", header: "Rows", width: 130, cell: ({ Rows }) => numberText(Rows) },
        { id: "bytes", header: "On disk", width: 120, cell: ({ Bytes }) => bytesText(Bytes) },
        {
          id: "plain",
          header: "Uncompressed",
          width: 140,
          cell: ({ UncompressedBytes }) => bytesText(UncompressedBytes),
        },
        { id: "parts", header: "Parts", width: 90, cell: ({ Parts }) => numberText(Parts) },
      ]}
    />
  );
}

/** What the engine's tables hold, in people's words (`packages/engine/schema`). */
const HOLDS: Readonly<Record<string, string>> = {
  events: "Log events",
  calls: "Records of API calls",
  metric_samples: "Metric values of the last hours",
  metric_minutes: "Metrics by minutes",
  metric_five_minutes: "Metrics by five minutes",
  metric_hours: "Metrics by hours",
  metric_series: "Index of metrics",
  schema_migrations: "Changes of the schema",
};

function Jobs({ asked, jobs }: { readonly asked: Asked; readonly jobs: readonly JobHealth[] }) {
  return (
    <ResourceTable<JobHealth>
      title="Background jobs"
      what="jobs"
      asked={{ ...asked, data: { items: jobs, more: false } }}
      idOf={({ Name }) => Name}
      textOf={({ Name, LastError = "" }) => `${Name} ${LastError}`}
      empty={<Nothing title="No jobs" />}
      columns={[
        { id: "name", header: "Job", width: 210, isRowHeader: true, cell: ({ Name }) => Name },
        { id: "state", header: "State", width: 150, cell: (job) => <JobState job={job} /> },
        { id: "every", header: "Runs every", width: 110, cell: ({ EveryMs }) => durationText(EveryMs) },
        { id: "last", header: "Last ended", width: 175, cell: ({ LastEndedAt }) => <Time ms={LastEndedAt} /> },
        {
          id: "took",
          header: "Took",
          width: 90,
          cell: ({ LastTookMs }) => (LastTookMs === undefined ? "–" : durationText(LastTookMs)),
        },
        { id: "failures", header: "Failures", width: 90, cell: ({ Failures }) => numberText(Failures) },
        { id: "error", header: "Last error", width: 200, cell: ({ LastError }) => <LogText text={LastError ?? "–"} /> },
      ]}
    />
  );
}

function JobState({ job: { RunningSince, LastEndedAt, LastError } }: { readonly job: JobHealth }) {
  if (RunningSince !== undefined) return <StatusIndicator type="in-progress">Running</StatusIndicator>;
  if (LastError !== undefined) return <StatusIndicator type="error">Failed</StatusIndicator>;
  if (LastEndedAt === undefined) return <StatusIndicator type="pending">Not yet run</StatusIndicator>;
  return <StatusIndicator>Succeeded</StatusIndicator>;
}
