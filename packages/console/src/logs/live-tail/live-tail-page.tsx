import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Grid from "@cloudscape-design/components/grid";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import Multiselect from "@cloudscape-design/components/multiselect";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Toggle from "@cloudscape-design/components/toggle";
import TokenGroup from "@cloudscape-design/components/token-group";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { errorText } from "../../api/call-error.ts";
import { logs } from "../../api/services.ts";
import { Failure } from "../../shell/failure.tsx";
import { setQuery } from "../../shell/navigate.ts";
import type { PageProps } from "../../shell/page-entry.ts";
import { href } from "../../shell/route.ts";
import { numberText } from "../../time/format.ts";
import { Time } from "../../time/time.tsx";
import { EventRows } from "../events/event-rows.tsx";
import { patternFault } from "../metric-filters/filter-form.ts";
import { MOST_GROUPS, MOST_MARKS, readTailQuery, type TailQuery, writeTailQuery } from "./tail-state.ts";
import { type Tail, useTail } from "./use-tail.ts";
import "../events/events-page.css";
import "./live-tail-page.css";

/** Events of some groups as they arrive. */
export default function LiveTailPage({ query: address }: PageProps) {
  const [query, setTailQuery] = useState(() => readTailQuery(address));
  const [wrap, setWrap] = useState(false);
  const [sticks, setSticks] = useState(true);
  const tail = useTail();
  const change = (part: Partial<TailQuery>) => {
    const next = { ...query, ...part };
    setTailQuery(next);
    setQuery(writeTailQuery(next));
  };
  const fault = patternFault(query.pattern);
  const ready = query.groups.length > 0 && fault === undefined;
  const groupsOfEvent = new Map(tail.events.map((event) => [event.id, event.group]));
  const contextOf = ({ id, stream, timestamp }: { id: string; stream: string; timestamp: number }) =>
    href(
      "/logs/groups/:group/events",
      { group: groupsOfEvent.get(id) ?? query.groups[0] ?? "" },
      { stream, at: new Date(timestamp).toISOString() },
    );

  return (
    <div className="live-tail">
      <SpaceBetween size="m">
        <Header
          variant="h1"
          description="Events as they arrive, for up to three hours; up to 500 a second are shown."
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button disabled={tail.events.length === 0} onClick={tail.clear}>
                Clear
              </Button>
              {tail.state === "stopped" ? (
                <Button
                  variant="primary"
                  disabled={!ready}
                  onClick={() => {
                    setSticks(true);
                    tail.start(query);
                  }}
                >
                  Start
                </Button>
              ) : (
                <Button variant="primary" loading={tail.state === "starting"} onClick={tail.stop}>
                  Stop
                </Button>
              )}
            </SpaceBetween>
          }
        >
          Live Tail
        </Header>
        <Container>
          <SpaceBetween size="s">
            <Grid
              gridDefinition={[
                { colspan: { default: 12, s: 5 } },
                { colspan: { default: 12, s: 3 } },
                { colspan: { default: 12, s: 4 } },
              ]}
            >
              <GroupChoice
                groups={query.groups}
                disabled={tail.state !== "stopped"}
                onChange={(groups) => change({ groups, ...(groups.length > 1 && { streams: [] }) })}
              />
              <FormField label="Log stream" stretch>
                <Input
                  value={query.streams[0] ?? ""}
                  onChange={({ detail }) => change({ streams: detail.value === "" ? [] : [detail.value] })}
                  disabled={tail.state !== "stopped" || query.groups.length !== 1}
                  placeholder={query.groups.length > 1 ? "With one log group only" : "Beginning of the name; all"}
                  spellcheck={false}
                />
              </FormField>
              <FormField label="Filter pattern" errorText={fault} stretch>
                <Input
                  value={query.pattern}
                  onChange={({ detail }) => change({ pattern: detail.value })}
                  disabled={tail.state !== "stopped"}
                  placeholder='error, "a phrase", { $.status = 404 }'
                  spellcheck={false}
                />
              </FormField>
            </Grid>
            <Marks marks={query.marks} onChange={(marks) => change({ marks })} />
          </SpaceBetween>
        </Container>
        {tail.error !== undefined && <Failure error={tail.error} />}
        {tail.sampled && (
          <Alert type="info">
            More than 500 events a second arrive, and not all are shown. A filter pattern makes them fewer.
          </Alert>
        )}
        <div className="events-bar">
          <Status tail={tail} />
          <Toggle checked={wrap} onChange={({ detail }) => setWrap(detail.checked)}>
            Wrap lines
          </Toggle>
          {!sticks && tail.state === "running" && (
            <Button iconName="angle-down" onClick={() => setSticks(true)}>
              Go on with the newest
            </Button>
          )}
        </div>
        <EventRows
          label="Events of Live Tail"
          events={tail.events}
          groupOf={query.groups.length > 1 ? (event) => groupsOfEvent.get(event.id) : undefined}
          showStream
          wrap={wrap}
          terms={query.marks}
          stick={sticks}
          onStick={setSticks}
          contextOf={contextOf}
          top={
            tail.events.length === 0 && (
              <div className="event-rows-end">
                {tail.state === "stopped"
                  ? query.groups.length === 0
                    ? "Choose a log group, then press Start."
                    : "Press Start to see events as they arrive."
                  : "Waiting for events."}
              </div>
            )
          }
        />
      </SpaceBetween>
    </div>
  );
}

function Status({ tail }: { readonly tail: Tail }) {
  if (tail.state === "starting") return <StatusIndicator type="pending">Starting</StatusIndicator>;
  const seen = `${numberText(tail.count)} ${tail.count === 1 ? "event" : "events"}`;
  if (tail.state === "stopped") return <StatusIndicator type="stopped">Stopped · {seen}</StatusIndicator>;
  return (
    <StatusIndicator type="in-progress">
      Running since <Time ms={tail.since} /> · {seen}
    </StatusIndicator>
  );
}

function GroupChoice({
  groups,
  disabled,
  onChange,
}: {
  readonly groups: readonly string[];
  readonly disabled: boolean;
  readonly onChange: (groups: readonly string[]) => void;
}) {
  const [search, setSearch] = useState("");
  const [wanted, setWanted] = useState(false);
  const found = useQuery({
    queryKey: ["logs", "DescribeLogGroups", "to tail", search],
    queryFn: ({ signal }) =>
      logs(
        "DescribeLogGroups",
        { limit: 50, logGroupClass: "STANDARD", ...(search !== "" && { logGroupNamePattern: search }) },
        signal,
      ),
    enabled: wanted,
  });
  const names = [
    ...new Set([
      ...(search === "" ? groups : []),
      ...(found.data?.logGroups ?? []).flatMap(({ logGroupName }) => logGroupName ?? []),
    ]),
  ];
  return (
    <FormField
      label="Log groups"
      constraintText={groups.length >= MOST_GROUPS ? `At most ${MOST_GROUPS}.` : undefined}
      stretch
    >
      <Multiselect
        selectedOptions={groups.map((name) => ({ value: name, label: name }))}
        options={names.map((name) => ({
          value: name,
          label: name,
          disabled: groups.length >= MOST_GROUPS && !groups.includes(name),
        }))}
        onChange={({ detail }) =>
          onChange(detail.selectedOptions.flatMap(({ value }) => value ?? []).slice(0, MOST_GROUPS))
        }
        filteringType="manual"
        filteringPlaceholder="Find by a part of the name"
        onLoadItems={({ detail }) => {
          setWanted(true);
          setSearch(detail.filteringText.replace(/[^.\-_/#A-Za-z0-9]/g, ""));
        }}
        statusType={found.isError ? "error" : found.isFetching ? "loading" : "finished"}
        loadingText="Loading log groups"
        errorText={found.error === null ? undefined : errorText(found.error).text}
        placeholder={groups.length === 0 ? "Choose up to 10" : `${groups.length} chosen`}
        empty="No log group"
        disabled={disabled}
        tokenLimit={3}
        expandToViewport
        deselectAriaLabel={({ label }) => `Leave out ${label ?? ""}`}
      />
    </FormField>
  );
}

function Marks({
  marks,
  onChange,
}: {
  readonly marks: readonly string[];
  readonly onChange: (marks: readonly string[]) => void;
}) {
  const [word, setWord] = useState("");
  const add = () => {
    const trimmed = word.trim();
    if (trimmed !== "" && !marks.includes(trimmed)) onChange([...marks, trimmed]);
    setWord("");
  };
  return (
    <div className="events-marks">
      <Box variant="awsui-key-label">Highlight</Box>
      <Input
        value={word}
        onChange={({ detail }) => setWord(detail.value)}
        onKeyDown={({ detail }) => {
          if (detail.key === "Enter") add();
        }}
        disabled={marks.length >= MOST_MARKS}
        placeholder={marks.length >= MOST_MARKS ? `At most ${MOST_MARKS}` : "A word"}
        ariaLabel="A word to highlight"
        spellcheck={false}
      />
      <Button disabled={word.trim() === "" || marks.length >= MOST_MARKS} onClick={add}>
        Add
      </Button>
      <TokenGroup
        items={marks.map((label) => ({ label, dismissLabel: `Do not highlight ${label}` }))}
        onDismiss={({ detail }) => onChange(marks.filter((_, index) => index !== detail.itemIndex))}
        disableOuterPadding
      />
    </div>
  );
}
