import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import Container from "@cloudscape-design/components/container";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table from "@cloudscape-design/components/table";
import { useQueries, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { logs } from "../api/services.ts";
import { stateOfHistory } from "../insights/history-entry.ts";
import { isOwnQuery } from "../insights/own-query.ts";
import { DEFAULT_RANGE, writeQueryState } from "../insights/query-state.ts";
import { LogText } from "../result-table/log-text.tsx";
import { visibleText } from "../result-table/visible-text.ts";
import { Failure } from "../shell/failure.tsx";
import { navigate } from "../shell/navigate.ts";
import { href } from "../shell/route.ts";
import { bytesText, numberText } from "../time/format.ts";
import { Time } from "../time/time.tsx";
import { Bars } from "./bars.tsx";
import { FirstSteps } from "./first-steps.tsx";
import { type AlarmState, type AlarmsInState, alarmsInState, ingestOf, STATES, storage } from "./home-calls.ts";
import "./home-page.css";

/** How often the page asks again by itself. */
const REFRESH_MS = 60_000;

/** The state of things at a glance: alarms, ingest, storage, the last queries; first steps where there is nothing. */
export default function HomePage() {
  const stored = useQuery({
    queryKey: ["logs", "DescribeLogGroups", "sum"],
    queryFn: ({ signal }) => storage(signal),
    refetchInterval: REFRESH_MS,
  });
  const isEmpty = stored.data?.groups === 0;
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          actions={
            !isEmpty && (
              <Button variant="primary" onClick={() => navigate(href("/logs/insights"))}>
                Query logs
              </Button>
            )
          }
        >
          Home
        </Header>
      }
    >
      <SpaceBetween size="l">
        {isEmpty && <FirstSteps />}
        <Alarms />
        {!isEmpty && (
          <ColumnLayout columns={2}>
            <IngestCard />
            <Container
              fitHeight
              header={
                <Header variant="h2" actions={<Link href={href("/logs/groups")}>Log groups</Link>}>
                  Storage
                </Header>
              }
            >
              <Loaded query={stored}>
                {(sum) => (
                  <SpaceBetween size="s">
                    <div>
                      <Box variant="awsui-value-large">{bytesText(sum.bytes)}</Box>
                      <Box color="text-body-secondary">
                        in {sum.more ? `the first ${numberText(sum.groups)}` : numberText(sum.groups)} log{" "}
                        {sum.groups === 1 ? "group" : "groups"}
                      </Box>
                    </div>
                    {sum.largest.map(({ name, bytes }) => (
                      <div className="home-line" key={name}>
                        <Link href={href("/logs/groups/:group", { group: name })}>{name}</Link>
                        <span>{bytesText(bytes)}</span>
                      </div>
                    ))}
                  </SpaceBetween>
                )}
              </Loaded>
            </Container>
          </ColumnLayout>
        )}
        {!isEmpty && <RecentQueries />}
      </SpaceBetween>
    </ContentLayout>
  );
}

const STATE_TEXTS: Readonly<
  Record<AlarmState, { readonly text: string; readonly type: "error" | "warning" | "success" }>
> = {
  ALARM: { text: "In alarm", type: "error" },
  INSUFFICIENT_DATA: { text: "Insufficient data", type: "warning" },
  OK: { text: "OK", type: "success" },
};
const NAMED_ALARMS = 5;

function Alarms() {
  const asked = useQueries({
    queries: STATES.map((state) => ({
      queryKey: ["monitoring", "DescribeAlarms", "in state", state],
      queryFn: ({ signal }: { signal: AbortSignal }) => alarmsInState(state, signal),
      refetchInterval: REFRESH_MS,
    })),
  });
  const failed = asked.find(({ error }) => error !== null);
  const inAlarm = asked[0]?.data;
  return (
    <Container
      header={
        <Header variant="h2" actions={<Link href={href("/alarms")}>All alarms</Link>}>
          Alarms
        </Header>
      }
    >
      {failed !== undefined ? (
        <Failure error={failed.error} retry={() => asked.forEach((each) => void each.refetch())} />
      ) : (
        <SpaceBetween size="m">
          <ColumnLayout columns={3} variant="text-grid">
            {STATES.map((state, index) => {
              const { data } = asked[index] ?? {};
              return (
                <div key={state}>
                  <Box variant="awsui-key-label">
                    <StatusIndicator type={STATE_TEXTS[state].type}>{STATE_TEXTS[state].text}</StatusIndicator>
                  </Box>
                  <Count state={state} count={data} />
                </div>
              );
            })}
          </ColumnLayout>
          {inAlarm !== undefined && inAlarm.names.length > 0 && (
            <SpaceBetween size="xs" direction="horizontal">
              {inAlarm.names.slice(0, NAMED_ALARMS).map((name) => (
                <Link key={name} href={href("/alarms/:name", { name })}>
                  {visibleText(name)}
                </Link>
              ))}
              {inAlarm.names.length > NAMED_ALARMS && <Box color="text-body-secondary">and more</Box>}
            </SpaceBetween>
          )}
        </SpaceBetween>
      )}
    </Container>
  );
}

function Count({ state, count }: { readonly state: AlarmState; readonly count: AlarmsInState | undefined }) {
  const text = count === undefined ? "–" : `${count.names.length}${count.more ? "+" : ""}`;
  return (
    <Link href={href("/alarms", {}, { state })} fontSize="display-l" ariaLabel={`${STATE_TEXTS[state].text}: ${text}`}>
      {text}
    </Link>
  );
}

function IngestCard() {
  const ingest = useQuery({
    queryKey: ["monitoring", "GetMetricData", "ingest"],
    queryFn: ({ signal }) => ingestOf(Date.now(), signal),
    refetchInterval: REFRESH_MS,
  });
  return (
    <Container
      fitHeight
      header={
        <Header variant="h2" actions={<Link href={href("/logs/live-tail")}>Live Tail</Link>}>
          Ingest
        </Header>
      }
    >
      <Loaded query={ingest}>
        {({ points }) => {
          const [events, bytes] = points.reduce(([e, b], point) => [e + point.events, b + point.bytes], [0, 0]);
          return (
            <SpaceBetween size="s">
              <div>
                <Box variant="awsui-value-large">{bytesText(bytes)}</Box>
                <Box color="text-body-secondary">{numberText(events)} events in the last 3 hours</Box>
              </div>
              <Bars
                label={`Events in each five minutes of the last three hours; ${numberText(events)} in all`}
                points={points.map(({ ms, events: value }) => ({ ms, value }))}
              />
            </SpaceBetween>
          );
        }}
      </Loaded>
    </Container>
  );
}

const SHOWN_QUERIES = 6;

function RecentQueries() {
  const queries = useQuery({
    queryKey: ["logs", "DescribeQueries", "recent"],
    // The newest of people: beside each the console asks some of its own.
    queryFn: ({ signal }) => logs("DescribeQueries", { maxResults: 10 * SHOWN_QUERIES }, signal),
  });
  const newest = (queries.data?.queries ?? []).filter(({ queryString = "" }) => !isOwnQuery(queryString));
  return (
    <Table
      header={
        <Header variant="h2" actions={<Link href={href("/logs/insights")}>Logs Insights</Link>}>
          Recent queries
        </Header>
      }
      items={queries.error ? [] : newest.slice(0, SHOWN_QUERIES)}
      loading={queries.isPending}
      loadingText="Loading queries"
      trackBy="queryId"
      wrapLines
      empty={
        queries.error ? (
          <Failure error={queries.error} retry={() => void queries.refetch()} />
        ) : (
          "Nobody has asked anything yet."
        )
      }
      columnDefinitions={[
        {
          id: "query",
          header: "Query",
          isRowHeader: true,
          cell: ({ queryString = "" }) => {
            const state = stateOfHistory(queryString, DEFAULT_RANGE);
            return (
              <Link href={href("/logs/insights", {}, { ...writeQueryState(state) })}>
                <LogText text={state.query.replaceAll("\n", " ").slice(0, 200)} />
              </Link>
            );
          },
        },
        { id: "status", header: "Status", width: 130, cell: ({ status }) => status ?? "–" },
        { id: "asked", header: "Asked", width: 190, cell: ({ createTime }) => <Time ms={createTime} /> },
      ]}
    />
  );
}

/** What a call brings, or that it is under way, or why it failed. */
function Loaded<T>({
  query,
  children,
}: {
  readonly query: { readonly data: T | undefined; readonly error: unknown; readonly refetch: () => unknown };
  readonly children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return <Spinner />;
}
