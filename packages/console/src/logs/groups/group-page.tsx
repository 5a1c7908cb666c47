import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import Container from "@cloudscape-design/components/container";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import Tabs from "@cloudscape-design/components/tabs";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { CallError } from "../../api/call-error.ts";
import { logs } from "../../api/services.ts";
import { CopyText } from "../../shell/copy-text.tsx";
import { Failure } from "../../shell/failure.tsx";
import { useFlash } from "../../shell/flash.tsx";
import { navigate, setQuery } from "../../shell/navigate.ts";
import type { PageProps } from "../../shell/page-entry.ts";
import { href } from "../../shell/route.ts";
import { bytesText } from "../../time/format.ts";
import { Time } from "../../time/time.tsx";
import { ExportsTab } from "../exports/exports-tab.tsx";
import { FiltersTab } from "../metric-filters/filters-tab.tsx";
import { StreamsTab } from "../streams/streams-tab.tsx";
import { SubscriptionsTab } from "../subscriptions/subscriptions-tab.tsx";
import { DeleteGroups } from "./delete-groups.tsx";
import { EditKey } from "./edit-key.tsx";
import { EditRetention } from "./edit-retention.tsx";
import { classText, groupArn, groupNamed, groupsChanged, type LogGroup } from "./group-calls.ts";
import { retentionText } from "./retention.ts";
import { TagsTab } from "./tags-tab.tsx";

const TABS = ["streams", "filters", "subscriptions", "exports", "tags"] as const;

/** One log group: what it is, its streams, metric filters, subscriptions, exports and tags. */
export default function GroupPage({ params, query }: PageProps) {
  const name = params.group ?? "";
  const group = useQuery({
    queryKey: ["logs", "DescribeLogGroups", "one", name],
    queryFn: async ({ signal }) => {
      const found = await groupNamed(name, signal);
      if (found === undefined) {
        throw new CallError("ResourceNotFoundException", `There is no log group ${name} in this region.`, {
          status: 400,
        });
      }
      return found;
    },
  });
  if (group.error) return <Failure error={group.error} retry={() => void group.refetch()} />;
  if (group.data === undefined) return <Spinner size="large" />;
  return <Group name={name} group={group.data} tab={query.get("tab") ?? "streams"} />;
}

function Group({ name, group, tab }: { readonly name: string; readonly group: LogGroup; readonly tab: string }) {
  const flash = useFlash();
  const [asking, setAsking] = useState<"delete" | "retention" | "key">();
  const isStandard = (group.logGroupClass ?? "STANDARD") === "STANDARD";
  const isProtected = group.deletionProtectionEnabled === true;
  const act = async (id: string) => {
    if (id === "delete" || id === "retention" || id === "key") setAsking(id);
    if (id === "protect") {
      try {
        await logs("PutLogGroupDeletionProtection", {
          logGroupIdentifier: name,
          deletionProtectionEnabled: !isProtected,
        });
        await groupsChanged();
      } catch (error) {
        flash.failure(error, "Changing the deletion protection");
      }
    }
  };
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <ButtonDropdown
                onItemClick={({ detail }) => void act(detail.id)}
                items={[
                  { id: "retention", text: "Edit retention" },
                  { id: "key", text: "Edit KMS key" },
                  { id: "protect", text: isProtected ? "Turn deletion protection off" : "Turn deletion protection on" },
                  { id: "delete", text: "Delete log group" },
                ]}
              >
                Actions
              </ButtonDropdown>
              {isStandard && (
                <Button onClick={() => navigate(href("/logs/live-tail", {}, { groups: name }))}>Start Live Tail</Button>
              )}
              <Button onClick={() => navigate(href("/logs/insights", {}, { groups: name }))}>
                Query in Logs Insights
              </Button>
              {isStandard && (
                <Button variant="primary" onClick={() => navigate(href("/logs/groups/:group/events", { group: name }))}>
                  Search events
                </Button>
              )}
            </SpaceBetween>
          }
        >
          {name}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Container header={<Header variant="h2">Details</Header>}>
          <KeyValuePairs
            columns={4}
            items={[
              { label: "Class", value: classText(group.logGroupClass) },
              { label: "Retention", value: retentionText(group.retentionInDays) },
              { label: "Stored", value: bytesText(group.storedBytes ?? 0) },
              { label: "Created", value: <Time ms={group.creationTime} /> },
              { label: "Metric filters", value: group.metricFilterCount ?? 0 },
              { label: "Deletion protection", value: isProtected ? "On" : "Off" },
              {
                label: "KMS key",
                value: group.kmsKeyId === undefined ? "None" : <CopyText text={group.kmsKeyId} what="ARN of the key" />,
              },
              { label: "ARN", value: <CopyText text={groupArn(group)} what="ARN" /> },
            ]}
          />
        </Container>
        <Tabs
          activeTabId={TABS.find((id) => id === tab) ?? "streams"}
          onChange={({ detail }) => setQuery({ tab: detail.activeTabId })}
          ariaLabel="About the log group"
          tabs={[
            { id: "streams", label: "Log streams", content: <StreamsTab group={name} /> },
            { id: "filters", label: "Metric filters", content: <FiltersTab group={name} isStandard={isStandard} /> },
            {
              id: "subscriptions",
              label: "Subscriptions",
              content: <SubscriptionsTab group={name} isStandard={isStandard} />,
            },
            { id: "exports", label: "Exports", content: <ExportsTab group={name} /> },
            { id: "tags", label: "Tags", content: <TagsTab arn={groupArn(group)} /> },
          ]}
        />
      </SpaceBetween>
      {asking === "retention" && <EditRetention groups={[group]} onClose={() => setAsking(undefined)} />}
      {asking === "key" && <EditKey group={group} onClose={() => setAsking(undefined)} />}
      {asking === "delete" && (
        <DeleteGroups
          groups={[group]}
          onClose={() => setAsking(undefined)}
          onDeleted={() => navigate(href("/logs/groups"))}
        />
      )}
    </ContentLayout>
  );
}
