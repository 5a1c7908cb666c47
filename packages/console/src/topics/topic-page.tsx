import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ContentLayout from "@cloudscape-design/components/content-layout";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table from "@cloudscape-design/components/table";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Ask } from "../logs/groups/ask.tsx";
import { LogText } from "../result-table/log-text.tsx";
import { visibleText } from "../result-table/visible-text.ts";
import { CopyText } from "../shell/copy-text.tsx";
import { Failure } from "../shell/failure.tsx";
import { useFlash } from "../shell/flash.tsx";
import type { PageProps } from "../shell/page-entry.ts";
import { Deliveries } from "./outbox/deliveries.tsx";
import { PublishMessage } from "./publish-message.tsx";
import {
  arnOfTopic,
  type Subscription,
  subscribe,
  subscriptionsOf,
  topicAttributes,
  unsubscribe,
} from "./topic-calls.ts";

/** A topic and who has subscribed to it. */
export default function TopicPage({ params: { topic = "" } }: PageProps) {
  const flash = useFlash();
  const arn = arnOfTopic(topic);
  const subscriptions = useQuery({
    queryKey: ["sns", "ListSubscriptionsByTopic", arn],
    queryFn: ({ signal }) => subscriptionsOf(arn, signal),
    // Who gets mails confirms and leaves by their links: the list changes without this page.
    staleTime: 0,
    refetchInterval: (query) => (query.state.data?.some((each) => each.arn === undefined) ? 5_000 : false),
  });
  const attributes = useQuery({
    queryKey: ["sns", "GetTopicAttributes", arn],
    queryFn: ({ signal }) => topicAttributes(arn, signal),
  });
  const [selected, setSelected] = useState<readonly Subscription[]>([]);
  const [asking, setAsking] = useState<"create" | "delete" | "publish">();
  const [only] = selected;
  const again = async () => {
    if (only === undefined) return;
    await subscribe(arn, only.protocol, only.endpoint).then(
      () => flash.success(`A confirmation was sent to ${only.endpoint} again.`),
      (error: unknown) => flash.failure(error, "Sending the confirmation"),
    );
  };
  return (
    <ContentLayout
      header={
        <Header variant="h1" actions={<Button onClick={() => setAsking("publish")}>Publish message</Button>}>
          {visibleText(topic)}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Container header={<Header variant="h2">Details</Header>}>
          {attributes.error ? (
            <Failure error={attributes.error} retry={() => void attributes.refetch()} />
          ) : (
            <KeyValuePairs
              columns={4}
              items={[
                { label: "Type", value: topic.endsWith(".fifo") ? "FIFO" : "Standard" },
                { label: "Display name", value: <LogText text={attributes.data?.get("DisplayName") || "–"} /> },
                { label: "KMS key", value: <LogText text={attributes.data?.get("KmsMasterKeyId") || "None"} /> },
                { label: "ARN", value: <CopyText text={arn} what="ARN" /> },
              ]}
            />
          )}
        </Container>
        <Table<Subscription>
          items={subscriptions.error ? [] : (subscriptions.data ?? [])}
          trackBy={({ protocol, endpoint }) => `${protocol} ${endpoint}`}
          loading={subscriptions.isPending}
          loadingText="Loading subscriptions"
          wrapLines
          selectionType="single"
          selectedItems={[...selected]}
          onSelectionChange={({ detail }) => setSelected(detail.selectedItems)}
          ariaLabels={{
            tableLabel: "Subscriptions",
            selectionGroupLabel: "Choose a subscription",
            itemSelectionLabel: (_, { endpoint }) => `Choose ${endpoint}`,
          }}
          header={
            <Header
              variant="h2"
              counter={subscriptions.data === undefined ? undefined : `(${subscriptions.data.length})`}
              actions={
                <SpaceBetween direction="horizontal" size="xs">
                  <Button iconName="refresh" ariaLabel="Load again" onClick={() => void subscriptions.refetch()} />
                  <Button disabled={only === undefined || only.arn !== undefined} onClick={() => void again()}>
                    Request confirmation
                  </Button>
                  <Button disabled={only?.arn === undefined} onClick={() => setAsking("delete")}>
                    Delete
                  </Button>
                  <Button variant="primary" onClick={() => setAsking("create")}>
                    Create subscription
                  </Button>
                </SpaceBetween>
              }
            >
              Subscriptions
            </Header>
          }
          empty={
            subscriptions.error ? (
              <Failure error={subscriptions.error} retry={() => void subscriptions.refetch()} />
            ) : (
              <Box textAlign="center" padding="l">
                <Box variant="strong">No subscriptions</Box>
                <Box variant="p">Nobody gets what is sent to this topic.</Box>
              </Box>
            )
          }
          columnDefinitions={[
            {
              id: "endpoint",
              header: "Endpoint",
              isRowHeader: true,
              cell: ({ endpoint }) => <LogText text={endpoint} />,
            },
            {
              id: "protocol",
              header: "Protocol",
              cell: ({ protocol }) => PROTOCOLS.find(({ value }) => value === protocol)?.label ?? protocol,
            },
            {
              id: "state",
              header: "Status",
              cell: (each) =>
                each.arn === undefined ? (
                  <StatusIndicator type="pending">Pending confirmation</StatusIndicator>
                ) : (
                  <StatusIndicator>Confirmed</StatusIndicator>
                ),
            },
          ]}
        />
        <Deliveries topicArn={arn} />
      </SpaceBetween>
      {asking === "publish" && <PublishMessage arn={arn} onClose={() => setAsking(undefined)} />}
      {asking === "create" && <CreateSubscription arn={arn} onClose={() => setAsking(undefined)} />}
      {asking === "delete" && only?.arn !== undefined && (
        <Ask
          title={`Delete the subscription of ${only.endpoint}?`}
          action="Delete"
          onConfirm={async () => {
            await unsubscribe(only.arn ?? "");
            setSelected([]);
            flash.success(`${only.endpoint} gets nothing more of ${topic}.`);
          }}
          onClose={() => setAsking(undefined)}
        >
          <Box>It gets nothing more of what is sent to the topic.</Box>
        </Ask>
      )}
    </ContentLayout>
  );
}

const PROTOCOLS = [
  { value: "email", label: "E-mail" },
  { value: "email-json", label: "E-mail (JSON)" },
  { value: "https", label: "HTTPS" },
  { value: "http", label: "HTTP" },
  { value: "sqs", label: "Queue (SQS)" },
];

function CreateSubscription({ arn, onClose }: { readonly arn: string; readonly onClose: () => void }) {
  const flash = useFlash();
  const [protocol, setProtocol] = useState("email");
  const [endpoint, setEndpoint] = useState("");
  const mail = protocol.startsWith("email");
  return (
    <Ask
      title="Create subscription"
      action="Create"
      ready={endpoint.trim() !== ""}
      onConfirm={async () => {
        await subscribe(arn, protocol, endpoint.trim());
        flash.success(
          mail
            ? `A mail with a link was sent to ${endpoint.trim()}. Nothing else is sent there until the link is opened.`
            : `The subscription of ${endpoint.trim()} was created.`,
        );
      }}
      onClose={onClose}
    >
      <SpaceBetween size="m">
        <FormField label="Protocol">
          <Select
            selectedOption={PROTOCOLS.find(({ value }) => value === protocol) ?? null}
            options={PROTOCOLS}
            onChange={({ detail }) => setProtocol(detail.selectedOption.value ?? "email")}
          />
        </FormField>
        <FormField
          label="Endpoint"
          constraintText={mail ? "An e-mail address." : protocol === "sqs" ? "The ARN of a queue." : "A URL."}
        >
          <Input value={endpoint} onChange={({ detail }) => setEndpoint(detail.value)} spellcheck={false} />
        </FormField>
      </SpaceBetween>
    </Ask>
  );
}
