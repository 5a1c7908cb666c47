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
import { LogText } from "../../result-table/log-text.tsx";
import { CopyText } from "../../shell/copy-text.tsx";
import { Failure } from "../../shell/failure.tsx";
import { navigate, setQuery } from "../../shell/navigate.ts";
import type { PageProps } from "../../shell/page-entry.ts";
import { href } from "../../shell/route.ts";
import { Time } from "../../time/time.tsx";
import { InvocationsTab } from "../commands/invocations-tab.tsx";
import { ResourceTags } from "../resource-tags.tsx";
import { msOf } from "../seconds.ts";
import { DeregisterHost } from "./deregister-host.tsx";
import { type Host, hostOf, hostsChanged, nameOf } from "./host-calls.ts";
import { InventoryTab } from "./inventory-tab.tsx";
import { PingStatus } from "./ping-status.tsx";

const TABS = ["inventory", "commands", "tags"] as const;
const REFRESH_MS = 15_000;

/** One host: what it is, what it has, what it was told to do. */
export default function HostPage({ params, query }: PageProps) {
  const id = params.host ?? "";
  const host = useQuery({
    queryKey: ["ssm", "DescribeInstanceInformation", "one", id],
    queryFn: ({ signal }) => hostOf(id, signal),
    refetchInterval: REFRESH_MS,
  });
  if (host.error) return <Failure error={host.error} retry={() => void host.refetch()} />;
  if (host.data === undefined) return <Spinner size="large" />;
  return <Shown host={host.data} query={query} />;
}

function Shown({ host, query }: { readonly host: Host; readonly query: URLSearchParams }) {
  const [deregistering, setDeregistering] = useState(false);
  const { id, about } = host;
  const text = (value: string | undefined) => (value ? <LogText text={value} /> : "–");
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <ButtonDropdown
                onItemClick={() => setDeregistering(true)}
                items={[{ id: "deregister", text: "Deregister host" }]}
              >
                Actions
              </ButtonDropdown>
              <Button variant="primary" onClick={() => navigate(href("/fleet/run-command", {}, { hosts: id }))}>
                Run command
              </Button>
            </SpaceBetween>
          }
        >
          <LogText text={nameOf(host)} />
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Container header={<Header variant="h2">Details</Header>}>
          <KeyValuePairs
            columns={4}
            items={[
              { label: "Status", value: <PingStatus status={about.PingStatus} /> },
              { label: "Last heard of", value: <Time ms={msOf(about.LastPingDateTime)} /> },
              { label: "Id", value: <CopyText text={id} what="Id" /> },
              { label: "Address", value: text(about.IPAddress) },
              { label: "Platform", value: text(`${about.PlatformName ?? ""} ${about.PlatformVersion ?? ""}`.trim()) },
              { label: "Computer name", value: text(about.ComputerName) },
              { label: "Agent version", value: text(about.AgentVersion) },
              { label: "IAM role", value: text(about.IamRole) },
              { label: "Registered", value: <Time ms={msOf(about.RegistrationDate)} /> },
              { label: "Activation", value: text(about.ActivationId) },
            ]}
          />
        </Container>
        <Tabs
          activeTabId={TABS.find((tab) => tab === query.get("tab")) ?? "inventory"}
          onChange={({ detail }) => setQuery({ tab: detail.activeTabId })}
          ariaLabel="About the host"
          tabs={[
            {
              id: "inventory",
              label: "Inventory",
              content: <InventoryTab host={id} type={query.get("inventory")} />,
            },
            { id: "commands", label: "Commands", content: <InvocationsTab host={id} /> },
            {
              id: "tags",
              label: "Tags",
              content: <ResourceTags type="ManagedInstance" id={id} onChanged={hostsChanged} />,
            },
          ]}
        />
      </SpaceBetween>
      {deregistering && <DeregisterHost host={host} onClose={() => setDeregistering(false)} />}
    </ContentLayout>
  );
}
