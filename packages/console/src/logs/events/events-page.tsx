import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import Toggle from "@cloudscape-design/components/toggle";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo, useState } from "react";
import { errorText } from "../../api/call-error.ts";
import { logs } from "../../api/services.ts";
import { visibleText } from "../../result-table/visible-text.ts";
import { Failure } from "../../shell/failure.tsx";
import { navigate, setQuery } from "../../shell/navigate.ts";
import type { PageProps } from "../../shell/page-entry.ts";
import { href } from "../../shell/route.ts";
import { numberText } from "../../time/format.ts";
import { Time } from "../../time/time.tsx";
import { TimeRangeInput } from "../../time-range/time-range-input.tsx";
import { patternFault } from "../metric-filters/filter-form.ts";
import type { LogEvent } from "./event-list.ts";
import { type EventQuery, readEventQuery, writeEventQuery } from "./event-query.ts";
import { EventRows } from "./event-rows.tsx";
import { useEvents } from "./use-events.ts";
import "./events-page.css";

/** Whether long lines wrap is the reader's taste, not the link's. */
const WRAP_KEY = "nephoscope.events.wrap";

/** The events of a group or of one of its streams: searched, followed, and around a moment. */
export default function EventsPage({ params, query: address }: PageProps) {
  const group = params.group ?? "";
  const query = useMemo(() => readEventQuery(group, address), [group, address]);
  const [follow, setFollow] = useState(false);
  const [sticks, setSticks] = useState(true);
  const [wrap, setWrap] = useState(() => window.localStorage.getItem(WRAP_KEY) === "yes");
  const events = useEvents(query, follow);
  const change = (part: Partial<EventQuery>) => setQuery(writeEventQuery({ ...query, ...part }));
  const contextOf = (event: LogEvent) =>
    href(
      "/logs/groups/:group/events",
      { group },
      { stream: event.stream, at: new Date(event.timestamp).toISOString(), event: event.id },
    );

  return (
    <SpaceBetween size="s">
      <Header
        variant="h1"
        counter={
          events.events.length === 0
            ? undefined
            : `(${numberText(events.events.length)}${events.hasOlder || events.hasNewer ? "+" : ""})`
        }
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button
              iconName="refresh"
              ariaLabel="Load again"
              loading={events.loading === "first"}
              onClick={events.reload}
            />
            <Button
              onClick={() =>
                navigate(href("/logs/groups/:group/filters/create", { group }, { pattern: query.pattern || undefined }))
              }
            >
              Create metric filter
            </Button>
            <Button onClick={() => navigate(href("/logs/insights", {}, { groups: group }))}>
              Query in Logs Insights
            </Button>
          </SpaceBetween>
        }
      >
        Events
      </Header>
      <div className="events-bar">
        <PatternInput pattern={query.pattern} onSearch={(pattern) => change({ pattern, event: undefined })} />
        <StreamSelect group={group} stream={query.stream} onChange={(stream) => change({ stream, event: undefined })} />
        {query.at === undefined ? (
          <TimeRangeInput value={query.range} onChange={(range) => change({ range })} />
        ) : (
          <div className="events-moment">
            Around <Time ms={query.at} millis />
            <Button variant="inline-link" onClick={() => change({ at: undefined, event: undefined })}>
              Show a range instead
            </Button>
          </div>
        )}
        <Toggle
          checked={follow}
          onChange={({ detail }) => {
            setFollow(detail.checked);
            setSticks(true);
          }}
        >
          Follow
        </Toggle>
        <Toggle
          checked={wrap}
          onChange={({ detail }) => {
            setWrap(detail.checked);
            window.localStorage.setItem(WRAP_KEY, detail.checked ? "yes" : "no");
          }}
        >
          Wrap lines
        </Toggle>
      </div>
      {events.error !== undefined && <Failure error={events.error} retry={events.reload} />}
      <EventRows
        key={JSON.stringify([query.stream, query.pattern, query.at, query.range])}
        label={`Events of ${group}`}
        events={events.events}
        showStream={query.stream === undefined}
        wrap={wrap}
        marked={query.event}
        stick={follow && sticks}
        onStick={setSticks}
        contextOf={contextOf}
        top={
          <End>
            {events.loading === "first" ? (
              <>
                <Spinner /> Loading events
              </>
            ) : events.hasOlder ? (
              <Button variant="inline-link" loading={events.loading === "older"} onClick={events.older}>
                Load older events
              </Button>
            ) : events.events.length > 0 ? (
              query.at === undefined ? (
                "No older events in this range"
              ) : (
                "No older events"
              )
            ) : events.error === undefined ? (
              <Nothing query={query} widen={() => change({ range: { kind: "relative", amount: 1, unit: "month" } })} />
            ) : null}
          </End>
        }
        bottom={
          events.events.length > 0 && (
            <End>
              {follow ? (
                "Following: new events appear here"
              ) : events.hasNewer ? (
                <Button variant="inline-link" loading={events.loading === "newer"} onClick={events.newer}>
                  Load newer events
                </Button>
              ) : (
                "No newer events"
              )}
            </End>
          )
        }
      />
    </SpaceBetween>
  );
}

const End = ({ children }: { readonly children: ReactNode }) => <div className="event-rows-end">{children}</div>;

function Nothing({ query, widen }: { readonly query: EventQuery; readonly widen: () => void }) {
  return (
    <SpaceBetween size="xs">
      <div>{query.pattern === "" ? "No events in this range." : "No event in this range fits the pattern."}</div>
      {query.at === undefined && (
        <Button variant="normal" onClick={widen}>
          Search the last month
        </Button>
      )}
    </SpaceBetween>
  );
}

/** A filter pattern, searched when Enter is pressed; what is wrong with it is told while it is typed. */
function PatternInput({
  pattern,
  onSearch,
}: {
  readonly pattern: string;
  readonly onSearch: (pattern: string) => void;
}) {
  const [written, setWritten] = useState(pattern);
  const fault = patternFault(written);
  return (
    <div className="events-pattern">
      <Input
        type="search"
        value={written}
        invalid={fault !== undefined}
        onChange={({ detail }) => {
          setWritten(detail.value);
          if (detail.value === "") onSearch("");
        }}
        onKeyDown={({ detail }) => {
          if (detail.key === "Enter" && fault === undefined) onSearch(written);
        }}
        onBlur={() => {
          if (fault === undefined && written !== pattern) onSearch(written);
        }}
        placeholder='Filter pattern: error, "a phrase", { $.status = 404 }; then Enter'
        ariaLabel="Filter pattern"
        spellcheck={false}
        clearAriaLabel="Clear the filter pattern"
      />
      {fault !== undefined && (
        <div className="events-fault" role="alert">
          {fault}
        </div>
      )}
    </div>
  );
}

const ALL = { value: "", label: "All log streams" };

function StreamSelect({
  group,
  stream,
  onChange,
}: {
  readonly group: string;
  readonly stream: string | undefined;
  readonly onChange: (stream: string | undefined) => void;
}) {
  const [search, setSearch] = useState("");
  const [wanted, setWanted] = useState(false);
  const streams = useQuery({
    queryKey: ["logs", "DescribeLogStreams", group, "to choose", search],
    queryFn: ({ signal }) =>
      logs(
        "DescribeLogStreams",
        {
          logGroupName: group,
          limit: 50,
          ...(search === ""
            ? { orderBy: "LastEventTime", descending: true }
            : { orderBy: "LogStreamName", logStreamNamePrefix: search }),
        },
        signal,
      ),
    enabled: wanted,
  });
  const names = (streams.data?.logStreams ?? []).flatMap(({ logStreamName }) => logStreamName ?? []);
  const option = (name: string) => ({ value: name, label: visibleText(name) });
  return (
    <Select
      className="events-stream"
      ariaLabel="Log stream"
      selectedOption={stream === undefined ? ALL : option(stream)}
      options={[ALL, ...names.map(option)]}
      onChange={({ detail }) => onChange(detail.selectedOption.value || undefined)}
      filteringType="manual"
      filteringPlaceholder="Find by prefix"
      onLoadItems={({ detail }) => {
        setWanted(true);
        setSearch(detail.filteringText);
      }}
      statusType={streams.isError ? "error" : streams.isFetching ? "loading" : "finished"}
      loadingText="Loading log streams"
      errorText={streams.error === null ? undefined : errorText(streams.error).text}
      expandToViewport
    />
  );
}
