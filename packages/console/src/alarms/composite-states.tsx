import Link from "@cloudscape-design/components/link";
import { parseAlarmRule } from "@nephoscope/languages/alarm-rule";
import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import { StateTimeline } from "../chart/state-timeline.tsx";
import { LogText } from "../result-table/log-text.tsx";
import { href } from "../shell/route.ts";
import type { Span } from "../time-range/time-range.ts";
import { type Alarm, historyOf, listAlarms } from "./alarm-calls.ts";
import { statesOf } from "./alarm-graph.ts";
import { ruleFault } from "./rule-language.ts";

/** A rule may name a hundred; more rows than these nobody compares. */
const MOST_CHILDREN = 20;
const REFRESH_MS = 10_000;

/** A composite alarm's states over a time, above those of the alarms that its rule names. */
export function CompositeStates({ alarm, span }: { readonly alarm: Alarm; readonly span: Span }) {
  const rule = alarm.kind === "composite" ? (alarm.alarm.AlarmRule ?? "") : "";
  const names = useMemo(() => {
    const children = ruleFault(rule) === undefined ? parseAlarmRule(rule).children : [];
    return [alarm.name, ...new Set(children.map(({ name }) => name))].slice(0, MOST_CHILDREN + 1);
  }, [rule, alarm.name]);
  const found = useQueries({
    queries: names.map((name) => ({
      queryKey: ["monitoring", "states of an alarm", name],
      queryFn: async ({ signal }: { readonly signal: AbortSignal }) => ({
        alarm: (await listAlarms([name], signal))[0],
        history: await historyOf(name, signal),
      }),
      refetchInterval: REFRESH_MS,
    })),
  });
  return (
    <StateTimeline
      label={`States of ${alarm.name} and of the alarms that it names`}
      span={span}
      rows={names.map((name, index) => {
        const { alarm: now, history = [] } = found[index]?.data ?? {};
        return {
          key: name,
          name:
            index === 0 ? (
              <b>This alarm</b>
            ) : (
              <Link href={href("/alarms/:name", { name })}>
                <LogText text={name} />
              </Link>
            ),
          states: now === undefined ? [] : statesOf(history, { state: now.state, sinceMs: now.updatedMs }, span),
        };
      })}
    />
  );
}
