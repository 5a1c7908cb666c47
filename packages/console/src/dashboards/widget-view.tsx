import Box from "@cloudscape-design/components/box";
import Link from "@cloudscape-design/components/link";
import Spinner from "@cloudscape-design/components/spinner";
import { alarmOf, isKnown, type MetricProperties, resolveTime } from "@nephoscope/languages/dashboard-body";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { listAlarms } from "../alarms/alarm-calls.ts";
import { graphOfAlarm } from "../alarms/alarm-graph.ts";
import { StateText } from "../alarms/state-text.tsx";
import { MetricGraph } from "../chart/metric-graph.tsx";
import { LogText } from "../result-table/log-text.tsx";
import { Failure } from "../shell/failure.tsx";
import { href } from "../shell/route.ts";
import type { Span } from "../time-range/time-range.ts";
import type { AnyWidget } from "./layout.ts";
import { LogWidget } from "./log-widget.tsx";
import { Markdown } from "./markdown.tsx";
import { nameOfAlarm } from "./name-of-alarm.ts";

export interface WidgetViewProps {
  readonly widget: AnyWidget;
  readonly span: Span;
  readonly nowMs: number;
  /** Pixels of its content. */
  readonly height: number;
  readonly keepPeriods: boolean;
  readonly onZoom: (span: Span) => void;
}

/** What a widget shows, below its title. */
export function WidgetView({ widget, span, nowMs, height, keepPeriods, onZoom }: WidgetViewProps) {
  if (!isKnown(widget)) return <NotDrawn type={widget.type} />;
  switch (widget.type) {
    case "text":
      return <Markdown text={widget.properties.markdown} />;
    case "metric": {
      const own = spanOfWidget(widget.properties, span, nowMs);
      return (
        <MetricWidget
          properties={widget.properties}
          span={own}
          nowMs={nowMs}
          height={height}
          keepPeriods={keepPeriods}
          onZoom={onZoom}
        />
      );
    }
    case "log":
      return (
        <LogWidget
          properties={widget.properties}
          span={spanOfWidget(widget.properties, span, nowMs)}
          height={height}
          onZoom={onZoom}
        />
      );
    case "alarm":
      return <AlarmStates alarms={widget.properties.alarms} states={widget.properties.states} />;
    default:
      return <NotDrawn type={widget.type} />;
  }
}

const NotDrawn = ({ type }: { readonly type: string }) => (
  <Box color="text-body-secondary">
    Widgets of the type {type} can not be drawn here. The widget stays in the dashboard as it is.
  </Box>
);

function spanOfWidget(
  { start, end }: { readonly start?: string; readonly end?: string },
  span: Span,
  nowMs: number,
): Span {
  const startMs = start === undefined ? undefined : resolveTime(start, nowMs);
  if (startMs === undefined) return span;
  return { startMs, endMs: (end === undefined ? undefined : resolveTime(end, nowMs)) ?? nowMs };
}

function MetricWidget({
  properties,
  ...rest
}: { readonly properties: MetricProperties } & Omit<WidgetViewProps, "widget">) {
  const arn = alarmOf(properties);
  const label = properties.title || "Graph";
  if (arn === undefined)
    return (
      <MetricGraph {...rest} properties={properties} height={graphHeight(properties, rest.height)} label={label} />
    );
  return <AlarmGraph {...rest} arn={arn} properties={properties} label={label} />;
}

/** A graph over time has its legend below it. */
const graphHeight = (properties: MetricProperties, height: number) =>
  (properties.view ?? "timeSeries") === "timeSeries" && (properties.legend?.position ?? "bottom") === "bottom"
    ? Math.max(80, height - 30)
    : height;

function AlarmGraph({
  arn,
  properties,
  height,
  label,
  ...rest
}: { readonly arn: string; readonly properties: MetricProperties; readonly label: string } & Omit<
  WidgetViewProps,
  "widget"
>) {
  const name = nameOfAlarm(arn);
  const alarms = useQuery({
    queryKey: ["monitoring", "DescribeAlarms", [name]],
    queryFn: ({ signal }) => listAlarms([name], signal),
  });
  const [alarm] = alarms.data ?? [];
  const graph = useMemo(
    () =>
      alarm?.kind === "metric"
        ? { view: properties.view ?? "timeSeries", stacked: properties.stacked ?? false, ...graphOfAlarm(alarm.alarm) }
        : undefined,
    [alarm, properties.view, properties.stacked],
  );
  if (alarms.error !== null) return <Failure error={alarms.error} retry={() => void alarms.refetch()} />;
  if (alarms.isPending) return <Spinner />;
  if (graph === undefined)
    return <Box color="text-body-secondary">There is no alarm {name} on a metric in this region.</Box>;
  return <MetricGraph {...rest} properties={graph} height={Math.max(80, height - 30)} label={label} />;
}

function AlarmStates({
  alarms: arns,
  states,
}: {
  readonly alarms: readonly string[];
  readonly states: readonly string[] | undefined;
}) {
  const names = arns.map(nameOfAlarm);
  const alarms = useQuery({
    queryKey: ["monitoring", "DescribeAlarms", names],
    queryFn: ({ signal }) => listAlarms(names, signal),
    refetchInterval: 10_000,
  });
  if (alarms.error !== null) return <Failure error={alarms.error} retry={() => void alarms.refetch()} />;
  if (alarms.isPending) return <Spinner />;
  const shown = names.filter((name) => {
    const found = alarms.data.find((alarm) => alarm.name === name);
    return states === undefined || found === undefined || states.includes(found.state);
  });
  return (
    <ul className="widget-alarms">
      {shown.map((name) => {
        const found = alarms.data.find((alarm) => alarm.name === name);
        return (
          <li key={name} data-state={found?.state}>
            <Link href={href("/alarms/:name", { name })}>
              <LogText text={name} />
            </Link>
            {found === undefined ? (
              <Box color="text-body-secondary">Not in this region</Box>
            ) : (
              <StateText state={found.state} />
            )}
          </li>
        );
      })}
      {shown.length === 0 && <li>No alarm is in one of the states that are shown.</li>}
    </ul>
  );
}
