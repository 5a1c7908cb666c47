import Box from "@cloudscape-design/components/box";
import Link from "@cloudscape-design/components/link";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { DeliveryView } from "@nephoscope/server/health";
import { useQuery } from "@tanstack/react-query";
import { deliveries, MOST_LISTED } from "../../api/health.ts";
import { Nothing, ResourceTable } from "../../resource-table/resource-table.tsx";
import { LogText } from "../../result-table/log-text.tsx";
import { href } from "../../shell/route.ts";
import { Time } from "../../time/time.tsx";
import { nameOfTopic } from "../topic-calls.ts";

/** Tries come and go within seconds at first. */
const REFRESH_MS = 5_000;

/** What could not be delivered yet, and what was given up; of one topic where its ARN is given. */
export function Deliveries({ topicArn }: { readonly topicArn?: string }) {
  const asked = useQuery({
    queryKey: ["nephoscope-health", "ListDeliveries"],
    queryFn: ({ signal }) => deliveries(signal),
    refetchInterval: REFRESH_MS,
  });
  const all = asked.data && [...asked.data.Waiting, ...asked.data.GivenUp];
  const items = all?.filter(({ TargetArn }) => topicArn === undefined || topicOf(TargetArn) === topicArn);
  return (
    <ResourceTable<DeliveryView>
      title="Deliveries that wait or failed"
      what="deliveries"
      description="What was delivered is not kept. What failed is tried again, with pauses that grow; then it is given up, and the newest 1,000 of these are kept."
      asked={{ ...asked, data: items && { items, more: (asked.data?.Waiting.length ?? 0) >= MOST_LISTED } }}
      idOf={({ Id }) => String(Id)}
      textOf={({ TargetArn, Kind, LastError = "", MessageId }) => `${TargetArn} ${Kind} ${LastError} ${MessageId}`}
      wrap
      empty={<Nothing title="Nothing waits" text="Everything was delivered." />}
      columns={[
        { id: "state", header: "State", width: 165, cell: (delivery) => <State of={delivery} /> },
        {
          id: "target",
          header: "To",
          width: 130,
          isRowHeader: true,
          cell: ({ TargetArn }) => <Target arn={TargetArn} />,
        },
        { id: "kind", header: "By", width: 95, cell: ({ Kind }) => KINDS[Kind] ?? Kind },
        { id: "attempts", header: "Tries", width: 80, cell: ({ Attempts }) => Attempts },
        {
          id: "when",
          header: "Next or last try",
          width: 175,
          cell: ({ DueAt, GivenUpAt }) => <Time ms={GivenUpAt ?? DueAt} />,
        },
        {
          id: "error",
          header: "Last error, message",
          width: 255,
          cell: ({ LastError, MessageId }) => (
            <>
              <LogText text={LastError ?? "–"} />
              <Box variant="small" display="block" color="text-body-secondary">
                {MessageId}
              </Box>
            </>
          ),
        },
      ]}
    />
  );
}

/** A subscription's ARN is its topic's with an id behind it. */
const topicOf = (arn: string): string => arn.split(":").slice(0, 6).join(":");

const KINDS: Readonly<Record<string, string>> = {
  "sns-mail": "E-mail",
  "sns-http": "Web",
  "sns-sqs": "Queue",
  "sns-lambda": "Function",
};

function State({ of: { GivenUpAt, Attempts } }: { readonly of: DeliveryView }) {
  if (GivenUpAt !== undefined) return <StatusIndicator type="error">Given up</StatusIndicator>;
  if (Attempts > 0) return <StatusIndicator type="warning">Will be tried again</StatusIndicator>;
  return <StatusIndicator type="pending">Waits</StatusIndicator>;
}

function Target({ arn }: { readonly arn: string }) {
  if (arn.split(":")[2] !== "sns") return <LogText text={arn} />;
  const topic = nameOfTopic(topicOf(arn));
  return <Link href={href("/topics/:topic", { topic })}>{topic}</Link>;
}
