import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import TextFilter from "@cloudscape-design/components/text-filter";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Ask } from "../logs/groups/ask.tsx";
import { Failure } from "../shell/failure.tsx";
import { useFlash } from "../shell/flash.tsx";
import { navigate, setQuery } from "../shell/navigate.ts";
import type { PageProps } from "../shell/page-entry.ts";
import { href } from "../shell/route.ts";
import { createTopic, deleteTopic, listTopics, nameOfTopic, topicNameFault } from "./topic-calls.ts";

/** The topics of the region. */
export default function TopicsPage({ query }: PageProps) {
  const flash = useFlash();
  const topics = useQuery({ queryKey: ["sns", "ListTopics"], queryFn: ({ signal }) => listTopics(signal) });
  const [selected, setSelected] = useState<readonly string[]>([]);
  const [asking, setAsking] = useState<"create" | "delete">();
  const filter = query.get("filter") ?? "";
  const items = (topics.data ?? []).filter((arn) => nameOfTopic(arn).toLowerCase().includes(filter.toLowerCase()));
  return (
    <>
      <Table<string>
        variant="full-page"
        items={topics.error ? [] : items}
        trackBy={(arn) => arn}
        loading={topics.isPending}
        loadingText="Loading topics"
        selectionType="single"
        selectedItems={[...selected]}
        onSelectionChange={({ detail }) => setSelected(detail.selectedItems)}
        ariaLabels={{
          tableLabel: "Topics",
          selectionGroupLabel: "Choose a topic",
          itemSelectionLabel: (_, arn) => `Choose ${nameOfTopic(arn)}`,
        }}
        header={
          <Header
            variant="awsui-h1-sticky"
            counter={topics.data === undefined ? undefined : `(${topics.data.length})`}
            description="What is sent to a topic goes to all who have subscribed to it: by e-mail, to a web address, into a queue."
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button iconName="refresh" ariaLabel="Load again" onClick={() => void topics.refetch()} />
                <Button disabled={selected.length === 0} onClick={() => setAsking("delete")}>
                  Delete
                </Button>
                <Button variant="primary" onClick={() => setAsking("create")}>
                  Create topic
                </Button>
              </SpaceBetween>
            }
          >
            Topics
          </Header>
        }
        filter={
          <TextFilter
            filteringText={filter}
            filteringAriaLabel="Find topics"
            filteringPlaceholder="Find topics by a part of their name"
            onChange={({ detail }) => setQuery({ filter: detail.filteringText })}
          />
        }
        empty={
          topics.error ? (
            <Failure error={topics.error} retry={() => void topics.refetch()} />
          ) : (
            <Box textAlign="center" padding="l">
              <SpaceBetween size="s">
                <Box variant="strong">{filter === "" ? "No topics" : "No topic's name holds this text"}</Box>
                {filter === "" && <Button onClick={() => setAsking("create")}>Create topic</Button>}
              </SpaceBetween>
            </Box>
          )
        }
        columnDefinitions={[
          {
            id: "name",
            header: "Name",
            isRowHeader: true,
            cell: (arn) => <Link href={href("/topics/:topic", { topic: nameOfTopic(arn) })}>{nameOfTopic(arn)}</Link>,
          },
          { id: "type", header: "Type", cell: (arn) => (arn.endsWith(".fifo") ? "FIFO" : "Standard") },
          { id: "arn", header: "ARN", cell: (arn) => arn },
        ]}
      />
      {asking === "create" && <CreateTopic onClose={() => setAsking(undefined)} />}
      {asking === "delete" && selected[0] !== undefined && (
        <Ask
          title={`Delete the topic ${nameOfTopic(selected[0])}?`}
          action="Delete"
          onConfirm={async () => {
            const [arn = ""] = selected;
            await deleteTopic(arn);
            setSelected([]);
            flash.success(`The topic ${nameOfTopic(arn)} was deleted.`);
          }}
          onClose={() => setAsking(undefined)}
        >
          <Box>Its subscriptions are deleted with it. Alarms that send to it will reach nobody.</Box>
        </Ask>
      )}
    </>
  );
}

function CreateTopic({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState("");
  const fault = name === "" ? undefined : topicNameFault(name);
  return (
    <Ask
      title="Create topic"
      action="Create"
      ready={name !== "" && fault === undefined}
      onConfirm={async () => {
        await createTopic(name);
        navigate(href("/topics/:topic", { topic: name }));
      }}
      onClose={onClose}
    >
      <FormField label="Topic name" errorText={fault} constraintText="Letters, digits, - and _.">
        <Input value={name} onChange={({ detail }) => setName(detail.value)} spellcheck={false} />
      </FormField>
    </Ask>
  );
}
