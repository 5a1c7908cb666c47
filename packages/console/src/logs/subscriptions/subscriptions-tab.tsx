import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Cards from "@cloudscape-design/components/cards";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { logs } from "../../api/services.ts";
import { LogText } from "../../result-table/log-text.tsx";
import { visibleText } from "../../result-table/visible-text.ts";
import { Failure } from "../../shell/failure.tsx";
import { useFlash } from "../../shell/flash.tsx";
import { navigate } from "../../shell/navigate.ts";
import { href } from "../../shell/route.ts";
import { numberText } from "../../time/format.ts";
import { Time } from "../../time/time.tsx";
import { Ask } from "../groups/ask.tsx";
import { howItFared, subscriptionsChanged, subscriptionsOf } from "./subscription-calls.ts";
import { destinationOf, type SubscriptionFilter } from "./subscription-form.ts";

/** The subscriptions of a group, as cards: where its events are sent as they arrive. */
export function SubscriptionsTab({ group, isStandard }: { readonly group: string; readonly isStandard: boolean }) {
  const flash = useFlash();
  const [selected, setSelected] = useState<readonly SubscriptionFilter[]>([]);
  const [deleting, setDeleting] = useState(false);
  const subscriptions = useQuery({
    queryKey: ["logs", "DescribeSubscriptionFilters", group],
    queryFn: ({ signal }) => subscriptionsOf(group, signal),
  });
  const name = selected[0]?.filterName;
  const create = () => navigate(href("/logs/groups/:group/subscriptions/create", { group }));
  const edit = () => {
    if (name !== undefined) navigate(href("/logs/groups/:group/subscriptions/:filter/edit", { group, filter: name }));
  };
  return (
    <>
      <Cards<SubscriptionFilter>
        items={subscriptions.error ? [] : (subscriptions.data ?? [])}
        loading={subscriptions.isPending}
        loadingText="Loading subscriptions"
        trackBy="filterName"
        selectionType="single"
        selectedItems={[...selected]}
        onSelectionChange={({ detail }) => setSelected(detail.selectedItems)}
        cardsPerRow={[{ cards: 1 }, { minWidth: 700, cards: 2 }]}
        ariaLabels={{
          itemSelectionLabel: (_, filter) => `Choose ${filter.filterName}`,
          selectionGroupLabel: "Choose a subscription",
          cardsLabel: "Subscriptions",
        }}
        header={
          <Header
            counter={subscriptions.data === undefined ? undefined : `(${subscriptions.data.length})`}
            description="A subscription sends the events that fit its pattern on, as they arrive."
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button disabled={name === undefined} onClick={() => setDeleting(true)}>
                  Delete
                </Button>
                <Button disabled={name === undefined} onClick={edit}>
                  Edit
                </Button>
                <Button variant="primary" disabled={!isStandard} onClick={create}>
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
              <SpaceBetween size="s">
                <Box variant="strong">No subscriptions</Box>
                {isStandard ? (
                  <Button onClick={create}>Create subscription</Button>
                ) : (
                  <Box color="text-body-secondary">Groups of the class Standard can have them.</Box>
                )}
              </SpaceBetween>
            </Box>
          )
        }
        cardDefinition={{
          header: ({ filterName = "" }) => (
            <Box variant="h3">
              <LogText text={filterName} />
            </Box>
          ),
          sections: [
            {
              id: "destination",
              header: "Destination",
              content: ({ destinationArn = "" }) => <DestinationText arn={destinationArn} />,
            },
            {
              id: "pattern",
              header: "Filter pattern",
              content: ({ filterPattern }) =>
                filterPattern ? (
                  <Box variant="code">
                    <LogText text={filterPattern} />
                  </Box>
                ) : (
                  "Every event"
                ),
            },
            {
              id: "fared",
              header: "Last hour",
              width: 50,
              content: (filter) => <HowItFared group={group} filter={filter} />,
            },
            { id: "created", header: "Created", width: 50, content: ({ creationTime }) => <Time ms={creationTime} /> },
          ],
        }}
      />
      {deleting && name !== undefined && (
        <Ask
          title={`Delete the subscription ${visibleText(name)}?`}
          action="Delete"
          onConfirm={async () => {
            await logs("DeleteSubscriptionFilter", { logGroupName: group, filterName: name });
            setSelected([]);
            await subscriptionsChanged(group);
            flash.success(`The subscription ${visibleText(name)} was deleted.`);
          }}
          onClose={() => setDeleting(false)}
        >
          <Box>Nothing more is sent to its destination. What was sent stays there.</Box>
        </Ask>
      )}
    </>
  );
}

function DestinationText({ arn }: { readonly arn: string }) {
  const destination = destinationOf(arn);
  if (destination === undefined) return <LogText text={arn} />;
  return (
    <>
      <LogText text={`${destination.kind}: ${destination.name}`} />
      <Box variant="small" display="block" color="text-body-secondary">
        <LogText text={arn} />
      </Box>
    </>
  );
}

function HowItFared({ group, filter }: { readonly group: string; readonly filter: SubscriptionFilter }) {
  const fared = useQuery({
    queryKey: ["monitoring", "GetMetricData", "subscription", group, filter.filterName],
    queryFn: async ({ signal }) => (await howItFared(group, filter, Date.now(), signal)) ?? null,
    refetchInterval: 60_000,
  });
  if (fared.error) return <StatusIndicator type="info">Its metrics can not be read</StatusIndicator>;
  if (fared.data === undefined || fared.data === null) return "–";
  const { events, errors } = fared.data;
  if (errors > 0)
    return (
      <StatusIndicator type="warning">
        {numberText(events)} events, {numberText(errors)} failed tries
      </StatusIndicator>
    );
  return <StatusIndicator type={events > 0 ? "success" : "info"}>{numberText(events)} events</StatusIndicator>;
}
