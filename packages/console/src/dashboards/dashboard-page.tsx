import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import Textarea from "@cloudscape-design/components/textarea";
import { type DashboardReading, NotJson, readDashboardBody, resolveTime } from "@nephoscope/languages/dashboard-body";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useMemo, useRef, useState } from "react";
import { queryCache } from "../api/query-cache.ts";
import { currentRegion } from "../api/session.ts";
import { useNow } from "../chart/use-now.ts";
import { optionOf, REFRESHES } from "../metrics/choices.ts";
import { Failure } from "../shell/failure.tsx";
import { useFlash } from "../shell/flash.tsx";
import { navigate, setQuery } from "../shell/navigate.ts";
import type { PageProps } from "../shell/page-entry.ts";
import { href } from "../shell/route.ts";
import { readTimeRange, type Span, spanOf, type TimeRange, writeTimeRange } from "../time-range/time-range.ts";
import { TimeRangeInput } from "../time-range/time-range-input.tsx";
import { bodyOf, putDashboard } from "./dashboard-calls.ts";
import { withCells, withoutWidget, withWidget } from "./edit-body.ts";
import { Grid } from "./grid.tsx";
import type { Cell } from "./layout.ts";
import "./dashboard-page.css";

const DEFAULT_RANGE: TimeRange = { kind: "relative", amount: 3, unit: "hour" };

/** One dashboard, to look at or to change. */
export default function DashboardPage({ params: { name = "" }, query }: PageProps) {
  const found = useQuery({
    queryKey: ["monitoring", "GetDashboard", name],
    queryFn: ({ signal }) => bodyOf(name, signal),
  });
  if (found.error !== null) return <Failure error={found.error} retry={() => void found.refetch()} />;
  if (found.data === undefined) return <Spinner size="large" />;
  return <Shown name={name} stored={found.data} query={query} />;
}

function read(text: string): DashboardReading | string {
  try {
    return readDashboardBody(text);
  } catch (error) {
    if (error instanceof NotJson || error instanceof SyntaxError) return error.message;
    throw error;
  }
}

function Shown({
  name,
  stored,
  query,
}: {
  readonly name: string;
  readonly stored: string;
  readonly query: URLSearchParams;
}) {
  const flash = useFlash();
  const place = useRef<HTMLDivElement>(null);
  const [text, setText] = useState(() => pretty(stored));
  const editing = query.get("edit") === "true";
  const refresh = query.get("refresh") ?? "60";
  const [nowMs, readNow] = useNow(
    refresh === "off" || refresh === "" ? undefined : Number(refresh) * 1_000 || undefined,
  );
  const reading = useMemo(() => read(editing ? text : stored), [editing, text, stored]);
  const body = typeof reading === "string" ? undefined : reading.body;
  const rangeText = query.get("range") ?? "";
  const chosen = useMemo(() => readTimeRange(rangeText), [rangeText]);
  const span = useMemo((): Span => {
    const startMs = chosen === undefined && body?.start !== undefined ? resolveTime(body.start, nowMs) : undefined;
    if (startMs === undefined) return spanOf(chosen ?? DEFAULT_RANGE, nowMs);
    return { startMs, endMs: (body?.end === undefined ? undefined : resolveTime(body.end, nowMs)) ?? nowMs };
  }, [chosen, body, nowMs]);
  const shownRange = chosen ?? (body?.start === undefined ? DEFAULT_RANGE : { kind: "absolute" as const, ...span });
  const dirty = editing && text !== pretty(stored);
  const save = useMutation({
    mutationFn: () => putDashboard(name, text),
    onSuccess: async (messages) => {
      await queryCache.invalidateQueries({ queryKey: ["monitoring", "GetDashboard", name] });
      flash.success(
        messages.length === 0
          ? `The dashboard ${name} was saved.`
          : `The dashboard ${name} was saved. ${messages.join(" ")}`,
      );
      setQuery({ edit: undefined });
    },
  });
  const faults =
    typeof reading === "string"
      ? [reading]
      : reading.errors.map(({ dataPath, message }) => `${dataPath || "/"}: ${message}`);
  const grid = body !== undefined && (
    <Grid
      widgets={body.widgets}
      span={span}
      nowMs={nowMs}
      keepPeriods={body.periodOverride === "inherit"}
      editing={editing}
      onZoom={(part) => setQuery({ range: writeTimeRange({ kind: "absolute", ...part }) })}
      onCells={(cells: readonly Cell[]) => setText(withCells(text, cells))}
      onRemove={(index) => setText(withoutWidget(text, index))}
    />
  );
  return (
    <div ref={place} className="dashboard">
      <ContentLayout
        header={
          <Header
            variant="h1"
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <TimeRangeInput
                  value={shownRange}
                  onChange={(next) => {
                    readNow();
                    setQuery({ range: writeTimeRange(next) });
                  }}
                />
                <Select
                  ariaLabel="Auto refresh"
                  selectedOption={optionOf(REFRESHES, refresh === "off" ? "" : refresh)}
                  options={REFRESHES}
                  onChange={({ detail }) => setQuery({ refresh: detail.selectedOption.value || "off" })}
                />
                <Button iconName="refresh" ariaLabel="Refresh" onClick={readNow} />
                <Button
                  iconName="full-screen"
                  ariaLabel="Full screen"
                  onClick={() => void place.current?.requestFullscreen?.()}
                />
                {editing ? (
                  <>
                    <ButtonDropdown
                      items={Object.keys(NEW_WIDGETS).map((id) => ({ id, text: id }))}
                      onItemClick={({ detail }) => {
                        const make = NEW_WIDGETS[detail.id];
                        if (make !== undefined && faults.length === 0)
                          setText(pretty(withWidget(text, (y) => make(y, currentRegion()))));
                      }}
                    >
                      Add widget
                    </ButtonDropdown>
                    <Button
                      onClick={() => {
                        setText(pretty(stored));
                        setQuery({ edit: undefined });
                      }}
                    >
                      Cancel
                    </Button>
                    <Button
                      variant="primary"
                      disabled={faults.length > 0 || !dirty}
                      loading={save.isPending}
                      onClick={() => save.mutate()}
                    >
                      Save
                    </Button>
                  </>
                ) : (
                  <Button variant="primary" onClick={() => setQuery({ edit: true })}>
                    Edit
                  </Button>
                )}
              </SpaceBetween>
            }
          >
            {name}
          </Header>
        }
      >
        <SpaceBetween size="m">
          {save.error !== null && <Failure error={save.error} />}
          {(body?.variables?.length ?? 0) > 0 && (
            <Alert type="info">
              This dashboard has variables. They can not be chosen here yet: widgets show what is written in them.
            </Alert>
          )}
          {faults.length > 0 && (
            <Alert type="error" header="This is no dashboard">
              {faults.slice(0, 10).map((fault) => (
                <Box key={fault}>{fault}</Box>
              ))}
            </Alert>
          )}
          {body?.widgets.length === 0 && (
            <Box textAlign="center" padding="xl">
              <Box variant="strong">No widgets</Box>
              <Box variant="p">
                {editing
                  ? "Add one by the button above."
                  : "Edit the dashboard, or add graphs from the pages of metrics and queries."}
              </Box>
              {!editing && <Button onClick={() => navigate(href("/metrics"))}>Go to metrics</Button>}
            </Box>
          )}
          {editing ? (
            <div className="dashboard-editor">
              <div>{grid}</div>
              <Textarea
                value={text}
                rows={30}
                spellcheck={false}
                ariaLabel="Source of the dashboard"
                invalid={faults.length > 0}
                onChange={({ detail }) => setText(detail.value)}
              />
            </div>
          ) : (
            grid
          )}
        </SpaceBetween>
      </ContentLayout>
    </div>
  );
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    // Shown as it is, with what is wrong with it.
    return body;
  }
}

const metric = (more: object) => (y: number, region: string) => ({
  type: "metric",
  x: 0,
  y,
  width: 12,
  height: 6,
  properties: { region, metrics: [], view: "timeSeries", ...more },
});

/** What a new widget begins with; the source beside says the rest. */
const NEW_WIDGETS: Readonly<Record<string, (y: number, region: string) => object>> = {
  Line: metric({ title: "Line" }),
  "Stacked area": metric({ title: "Stacked area", stacked: true }),
  Number: metric({ title: "Number", view: "singleValue" }),
  Gauge: metric({ title: "Gauge", view: "gauge", yAxis: { left: { min: 0, max: 100 } } }),
  Bar: metric({ title: "Bar", view: "bar" }),
  Pie: metric({ title: "Pie", view: "pie" }),
  Text: (y) => ({
    type: "text",
    x: 0,
    y,
    width: 12,
    height: 3,
    properties: { markdown: "# A heading\n\nText in **Markdown**." },
  }),
};
