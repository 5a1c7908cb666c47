import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import {
  AlarmRuleError,
  type AlarmRuleVerdict,
  type Explanation,
  evaluateAlarmRule,
  parseAlarmRule,
} from "@nephoscope/languages/alarm-rule";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { keyed } from "../react-keys/keyed.ts";
import { LogText } from "../result-table/log-text.tsx";
import { Failure } from "../shell/failure.tsx";
import { href } from "../shell/route.ts";
import { listAlarms, STATE_TEXTS } from "./alarm-calls.ts";
import "./rule-why.css";

/** Why a composite alarm's rule is true or false, part by part. */
export function RuleWhy({ rule }: { readonly rule: string }) {
  const parsed = useMemo(() => {
    try {
      return parseAlarmRule(rule);
    } catch (error) {
      if (error instanceof AlarmRuleError) return error;
      throw error;
    }
  }, [rule]);
  const names = parsed instanceof AlarmRuleError ? [] : parsed.children.map(({ name }) => name);
  const alarms = useQuery({
    queryKey: ["monitoring", "DescribeAlarms", names],
    queryFn: ({ signal }) => listAlarms(names, signal),
    enabled: names.length > 0,
    refetchInterval: 10_000,
  });
  if (parsed instanceof AlarmRuleError)
    return (
      <Alert type="error" header="This is no rule">
        {parsed.message}
      </Alert>
    );
  if (alarms.error !== null) return <Failure error={alarms.error} retry={() => void alarms.refetch()} />;
  if (alarms.isPending && names.length > 0)
    return <StatusIndicator type="loading">Loading the states of its alarms</StatusIndicator>;
  const states = new Map((alarms.data ?? []).map(({ name, state }) => [name, state]));
  const verdict: AlarmRuleVerdict = evaluateAlarmRule(parsed, ({ name }) => states.get(name));
  return (
    <SpaceBetween size="s">
      <Box>
        The rule is <b>{verdict.value ? "true" : "false"}</b>
        {verdict.because.length > 0 && <> because of {verdict.because.map(({ name }) => name).join(", ")}</>}.
      </Box>
      <ul className="alarm-rule-parts">
        <Part part={verdict.why} />
      </ul>
    </SpaceBetween>
  );
}

function Part({ part }: { readonly part: Explanation }) {
  return (
    <li>
      <div className="alarm-rule-part">
        <StatusIndicator type={part.value ? "success" : "stopped"}>{part.value ? "True" : "False"}</StatusIndicator>{" "}
        <Box variant="code">
          <LogText text={part.text} />
        </Box>
        <Box variant="span" color="text-body-secondary">
          {part.alarm !== undefined && (
            <>
              {" "}
              <Link href={href("/alarms/:name", { name: part.alarm.name })}>
                <LogText text={part.alarm.name} />
              </Link>{" "}
              {part.state === undefined ? "is not there" : `is ${STATE_TEXTS[part.state].text}`}
            </>
          )}
          {part.needed !== undefined && ` ${part.found ?? 0} of the ${part.needed} that it needs`}
        </Box>
      </div>
      {part.parts.length > 0 && (
        <ul className="alarm-rule-parts">
          {keyed(part.parts, ({ text }) => text).map(({ key, item }) => (
            <Part part={item} key={key} />
          ))}
        </ul>
      )}
    </li>
  );
}
