import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Nothing, ResourceTable } from "../../resource-table/resource-table.tsx";
import { LogText } from "../../result-table/log-text.tsx";
import { navigate, setQuery } from "../../shell/navigate.ts";
import type { PageProps } from "../../shell/page-entry.ts";
import { href } from "../../shell/route.ts";
import { TagList } from "../../tags/tag-list.tsx";
import { Time } from "../../time/time.tsx";
import { msOf } from "../seconds.ts";
import { allHosts, type Host, nameOf } from "./host-calls.ts";
import { PingStatus } from "./ping-status.tsx";
import { type Activation, ActivationMade, RegisterHosts } from "./register-hosts.tsx";

/** How often the page asks again by itself: agents speak each half minute or so. */
const REFRESH_MS = 15_000;

/** The hosts that were registered: whether they answer, what they are, and their tags. */
export default function HostsPage({ query }: PageProps) {
  const [selected, setSelected] = useState<readonly string[]>([]);
  const [registering, setRegistering] = useState(false);
  const [activation, setActivation] = useState<Activation>();
  const hosts = useQuery({
    queryKey: ["ssm", "DescribeInstanceInformation", "all"],
    queryFn: ({ signal }) => allHosts(signal),
    refetchInterval: REFRESH_MS,
  });
  return (
    <>
      <ResourceTable<Host>
        full
        wrap
        title="Hosts"
        what="hosts"
        description="Machines whose agents are registered here: they take commands, and tell what they are."
        asked={hosts}
        idOf={({ id }) => id}
        textOf={hostText}
        selection={{ type: "multi", ids: selected, onChange: setSelected }}
        search={{
          text: query.get("filter") ?? "",
          onChange: (text) => setQuery({ filter: text || undefined }),
        }}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button onClick={() => setRegistering(true)}>Register hosts</Button>
            <Button
              variant="primary"
              disabled={selected.length === 0}
              onClick={() => navigate(href("/fleet/run-command", {}, { hosts: selected.join(",") }))}
            >
              Run command
            </Button>
          </SpaceBetween>
        }
        empty={
          <Nothing
            title="No hosts"
            text="A host comes to be when its agent registers with an activation."
            action={<Button onClick={() => setRegistering(true)}>Register hosts</Button>}
          />
        }
        columns={[
          {
            id: "name",
            header: "Name and id",
            width: 190,
            minWidth: 120,
            isRowHeader: true,
            cell: (host) => (
              <>
                <Link href={href("/fleet/hosts/:host", { host: host.id })}>
                  <LogText text={nameOf(host)} />
                </Link>
                <Box variant="small" display="block" color="text-body-secondary">
                  {host.id}
                </Box>
              </>
            ),
          },
          {
            id: "status",
            header: "Status",
            width: 175,
            cell: ({ about }) => (
              <>
                <PingStatus status={about.PingStatus} />
                {about.LastPingDateTime !== undefined && (
                  <Box variant="small" display="block" color="text-body-secondary">
                    <Time ms={msOf(about.LastPingDateTime)} />
                  </Box>
                )}
              </>
            ),
          },
          { id: "tags", header: "Tags", minWidth: 160, width: 225, cell: ({ tags }) => <TagList tags={tags} /> },
          { id: "platform", header: "Platform", width: 180, cell: ({ about }) => platformText(about) },
          { id: "address", header: "Address", width: 130, cell: ({ about }) => about.IPAddress ?? "–" },
        ]}
      />
      {registering && <RegisterHosts onMade={setActivation} onClose={() => setRegistering(false)} />}
      {activation !== undefined && <ActivationMade activation={activation} onClose={() => setActivation(undefined)} />}
    </>
  );
}

const platformText = ({ PlatformName = "", PlatformVersion = "" }: Host["about"]): string =>
  `${PlatformName} ${PlatformVersion}`.trim() || "–";

const hostText = ({ id, about, tags }: Host): string =>
  [
    id,
    about.Name,
    about.ComputerName,
    about.PlatformName,
    about.PlatformVersion,
    about.IPAddress,
    about.PingStatus,
    ...tags.map(({ key, value }) => `${key}=${value}`),
  ].join(" ");
