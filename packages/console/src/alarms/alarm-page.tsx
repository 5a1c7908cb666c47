import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ContentLayout from "@cloudscape-design/components/content-layout";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import Table from "@cloudscape-design/components/table";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { CallError } from "../api/call-error.ts";
import { monitoring } from "../api/services.ts";
import { currentRegion } from "../api/session.ts";
import { MetricGraph } from "../chart/metric-graph.tsx";
import { RangeButtons } from "../chart/range-buttons.tsx";
import { useNow } from "../chart/use-now.ts";
import { AddToDashboard } from "../dashboards/add-to-dashboard.tsx";
import { Ask } from "../logs/groups/ask.tsx";
import { LogText } from "../result-table/log-text.tsx";
import { visibleText } from "../result-table/visible-text.ts";
import { CopyText } from "../shell/copy-text.tsx";
import { Failure } from "../shell/failure.tsx";
import { useFlash } from "../shell/flash.tsx";
import { navigate, setQuery } from "../shell/navigate.ts";
import type { PageProps } from "../shell/page-entry.ts";
import { href } from "../shell/route.ts";
import { Time } from "../time/time.tsx";
import { readTimeRange, spanOf, type TimeRange, writeTimeRange } from "../time-range/time-range.ts";
import { TimeRangeInput } from "../time-range/time-range-input.tsx";
import { nameOfTopic } from "../topics/topic-calls.ts";
import { formOfAlarm } from "./alarm-call.ts";
import {
  type Alarm,
  alarmsChanged,
  conditionText,
  type HistoryItem,
  historyOf,
  listAlarms,
  STATE_TEXTS,
} from "./alarm-calls.ts";
import { MISSING } from "./alarm-form.ts";
import { graphOfAlarm, statesOf } from "./alarm-graph.ts";
import { CompositeStates } from "./composite-states.tsx";
import { RuleWhy } from "./rule-why.tsx";
import { StateText } from "./state-text.tsx";

const DEFAULT_RANGE: TimeRange = { kind: "relative", amount: 3, unit: "hour" };
const REFRESH_MS = 10_000;

/** One alarm: what it watches, its states, its history, and whom it tells. */
export default function AlarmPage({ params: { name = "" }, query }: PageProps) {
  const found = useQuery({
    queryKey: ["monitoring", "DescribeAlarms", [name]],
    queryFn: ({ signal }) => listAlarms([name], signal),
    refetchInterval: REFRESH_MS,
  });
  if (found.error !== null) return <Failure error={found.error} retry={() => void found.refetch()} />;
  if (found.data === undefined) return <Spinner size="large" />;
  const [alarm] = found.data;
  if (alarm === undefined)
    return (
      <Failure
        error={new CallError("ResourceNotFoundException", `There is no alarm ${visibleText(name)} in this region.`)}
      />
    );
  return <Shown alarm={alarm} rangeText={query.get("range") ?? ""} />;
}

function Shown({ alarm, rangeText }: { readonly alarm: Alarm; readonly rangeText: string }) {
  const flash = useFlash();
  const [nowMs, readNow] = useNow(60_000);
  const range = useMemo(() => readTimeRange(rangeText) ?? DEFAULT_RANGE, [rangeText]);
  const span = useMemo(() => spanOf(range, nowMs), [range, nowMs]);
  const history = useQuery({
    queryKey: ["monitoring", "DescribeAlarmHistory", alarm.name],
    queryFn: ({ signal }) => historyOf(alarm.name, signal),
    refetchInterval: REFRESH_MS,
  });
  const states = useMemo(
    () => statesOf(history.data ?? [], { state: alarm.state, sinceMs: alarm.updatedMs }, span),
    [history.data, alarm.state, alarm.updatedMs, span],
  );
  const graph = useMemo(() => (alarm.kind === "metric" ? graphOfAlarm(alarm.alarm) : undefined), [alarm]);
  const [deleting, setDeleting] = useState(false);
  const [adding, setAdding] = useState(false);
  const switchActions = async () => {
    await monitoring(alarm.actionsOn ? "DisableAlarmActions" : "EnableAlarmActions", { AlarmNames: [alarm.name] }).then(
      () => alarmsChanged(),
      (error: unknown) => flash.failure(error, "Changing the actions"),
    );
  };
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description={<StateText state={alarm.state} />}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <TimeRangeInput
                value={range}
                onChange={(next) => {
                  readNow();
                  setQuery({ range: writeTimeRange(next) });
                }}
              />
              <Button onClick={() => void switchActions()}>
                {alarm.actionsOn ? "Disable actions" : "Enable actions"}
              </Button>
              {alarm.kind === "metric" && <Button onClick={() => setAdding(true)}>Add to dashboard</Button>}
              <Button onClick={() => setDeleting(true)}>Delete</Button>
              {(alarm.kind === "composite" || formOfAlarm(alarm.alarm) !== undefined) && (
                <Button onClick={() => navigate(href("/alarms/:name/edit", { name: alarm.name }))}>Edit</Button>
              )}
            </SpaceBetween>
          }
        >
          <LogText text={alarm.name} />
        </Header>
      }
    >
      <SpaceBetween size="l">
        {graph !== undefined && (
          <Container
            header={
              <Header
                variant="h2"
                actions={
                  <RangeButtons
                    span={span}
                    nowMs={nowMs}
                    onRange={(part) => setQuery({ range: writeTimeRange({ kind: "absolute", ...part }) })}
                  />
                }
              >
                Graph
              </Header>
            }
          >
            <MetricGraph
              properties={graph}
              span={span}
              nowMs={nowMs}
              height={280}
              label={`Graph of ${alarm.name}`}
              states={states}
              onZoom={(part) => setQuery({ range: writeTimeRange({ kind: "absolute", ...part }) })}
            />
          </Container>
        )}
        {alarm.kind === "composite" && (
          <SpaceBetween size="l">
            <Container header={<Header variant="h2">Why the rule is true or false</Header>}>
              <RuleWhy rule={alarm.alarm.AlarmRule ?? ""} />
            </Container>
            <Container header={<Header variant="h2">States</Header>}>
              <CompositeStates alarm={alarm} span={span} />
            </Container>
          </SpaceBetween>
        )}
        <Container header={<Header variant="h2">Details</Header>}>
          <KeyValuePairs
            columns={3}
            items={[
              { label: "State", value: <StateText state={alarm.state} /> },
              { label: "Last state update", value: <Time ms={alarm.updatedMs} /> },
              { label: "Reason", value: <LogText text={alarm.reason || "–"} /> },
              { label: "Conditions", value: <LogText text={conditionText(alarm)} /> },
              ...(alarm.kind === "metric"
                ? [
                    { label: "Namespace", value: <LogText text={alarm.alarm.Namespace ?? "–"} /> },
                    {
                      label: "Statistic",
                      value: alarm.alarm.ExtendedStatistic ?? alarm.alarm.Statistic ?? "Expression",
                    },
                    {
                      label: "Missing data treatment",
                      value:
                        MISSING.find(({ value }) => value === (alarm.alarm.TreatMissingData ?? "missing"))?.label ??
                        "–",
                    },
                  ]
                : []),
              { label: "Description", value: <LogText text={alarm.description || "–"} /> },
              {
                label: "ARN",
                value: <CopyText text={alarm.arn} what="ARN" />,
              },
            ]}
          />
        </Container>
        <Actions alarm={alarm} />
        <Table<HistoryItem>
          items={history.error ? [] : (history.data ?? [])}
          loading={history.isPending}
          loadingText="Loading the history"
          wrapLines
          ariaLabels={{ tableLabel: "History" }}
          header={
            <Header
              variant="h2"
              counter={history.data === undefined ? undefined : `(${history.data.length})`}
              description="The newest hundred entries."
            >
              History
            </Header>
          }
          empty={
            history.error ? (
              <Failure error={history.error} retry={() => void history.refetch()} />
            ) : (
              <Box textAlign="center">No history</Box>
            )
          }
          columnDefinitions={[
            {
              id: "time",
              header: "Date",
              width: 200,
              cell: ({ Timestamp }) => <Time ms={Timestamp === undefined ? undefined : Timestamp * 1_000} />,
            },
            {
              id: "type",
              header: "Type",
              width: 180,
              cell: ({ HistoryItemType = "" }) => TYPES[HistoryItemType] ?? HistoryItemType,
            },
            {
              id: "summary",
              header: "Description",
              isRowHeader: true,
              cell: ({ HistorySummary = "", HistoryData = "" }) => (
                <>
                  <LogText text={HistorySummary} />
                  {HistoryData !== "" && (
                    <ExpandableSection headerText="Data" headerAriaLabel={`Data of: ${visibleText(HistorySummary)}`}>
                      <Box variant="pre">
                        <LogText text={indented(HistoryData)} />
                      </Box>
                    </ExpandableSection>
                  )}
                </>
              ),
            },
          ]}
        />
      </SpaceBetween>
      {adding && (
        <AddToDashboard
          what="The alarm's graph"
          widget={(y) => ({
            type: "metric",
            x: 0,
            y,
            width: 12,
            height: 6,
            properties: {
              title: alarm.name,
              region: currentRegion(),
              annotations: { alarms: [alarm.arn] },
              view: "timeSeries",
              stacked: false,
            },
          })}
          onClose={() => setAdding(false)}
        />
      )}
      {deleting && (
        <Ask
          title={`Delete the alarm ${visibleText(alarm.name)}?`}
          action="Delete"
          onConfirm={async () => {
            await monitoring("DeleteAlarms", { AlarmNames: [alarm.name] });
            navigate(href("/alarms"));
            await alarmsChanged();
            flash.success(`The alarm ${visibleText(alarm.name)} was deleted.`);
          }}
          onClose={() => setDeleting(false)}
        >
          <Box>Its history goes with it, and it notifies nobody any more.</Box>
        </Ask>
      )}
    </ContentLayout>
  );
}

/** JSON that people can read; other text as it is. */
function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

const TYPES: Readonly<Record<string, string>> = {
  StateUpdate: "State update",
  Action: "Action",
  ConfigurationUpdate: "Configuration update",
};

function Actions({ alarm }: { readonly alarm: Alarm }) {
  const items = (["ALARM", "OK", "INSUFFICIENT_DATA"] as const).flatMap((state) =>
    alarm.actions[state].map((arn) => ({ state, arn })),
  );
  return (
    <Table
      items={items}
      wrapLines
      ariaLabels={{ tableLabel: "Actions" }}
      header={
        <Header
          variant="h2"
          counter={`(${items.length})`}
          description={alarm.actionsOn ? undefined : "Actions are disabled: nobody is told."}
        >
          Actions
        </Header>
      }
      empty={<Box textAlign="center">This alarm tells nobody.</Box>}
      columnDefinitions={[
        { id: "state", header: "When", width: 180, cell: ({ state }) => STATE_TEXTS[state].text },
        {
          id: "arn",
          header: "Sent to",
          isRowHeader: true,
          cell: ({ arn }) =>
            arn.startsWith("arn:aws:sns:") ? (
              <Link href={href("/topics/:topic", { topic: nameOfTopic(arn) })}>{nameOfTopic(arn)}</Link>
            ) : (
              <LogText text={arn} />
            ),
        },
      ]}
    />
  );
}
