import Button from "@cloudscape-design/components/button";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { EditRetention } from "../../logs/groups/edit-retention.tsx";
import { classText, type LogGroup } from "../../logs/groups/group-calls.ts";
import { retentionText } from "../../logs/groups/retention.ts";
import { Nothing, ResourceTable } from "../../resource-table/resource-table.tsx";
import { Failure } from "../../shell/failure.tsx";
import { setQuery } from "../../shell/navigate.ts";
import { href } from "../../shell/route.ts";
import { bytesText, numberText } from "../../time/format.ts";
import { bytesOf, type RetentionSum, retentionSums, shareText } from "./retention-sums.ts";
import { eventCounts, groupsBySize } from "./storage-calls.ts";
import "./storage-tab.css";

/** What each log group holds, and for how long: all of them, or those of one retention. */
export function StorageTab({ retention }: { readonly retention: string | null }) {
  const [selected, setSelected] = useState<readonly string[]>([]);
  const [editing, setEditing] = useState(false);
  const groups = useQuery({
    queryKey: ["logs", "DescribeLogGroups", "by size"],
    queryFn: ({ signal }) => groupsBySize(signal),
  });
  const counts = useQuery({
    queryKey: ["logs", "StartQuery", "counts of events"],
    queryFn: ({ signal }) => eventCounts(groups.data?.items ?? [], Date.now(), signal),
    // It reads something of every event, so it is asked when somebody wants to know.
    enabled: false,
  });
  const all = groups.data?.items ?? [];
  const sums = retentionSums(all);
  const total = bytesOf(all);
  const shown = all.filter(({ retentionInDays }) => retention === null || idOf(retentionInDays) === retention);
  const chosen = all.filter(({ logGroupName = "" }) => selected.includes(logGroupName));
  return (
    <SpaceBetween size="l">
      <ResourceTable<RetentionSum>
        title="Retention"
        what="retentions"
        description="How long log groups keep their events. What never expires grows for ever."
        asked={{ ...groups, data: groups.data && { items: sums, more: groups.data.more } }}
        idOf={({ days }) => idOf(days)}
        textOf={({ days }) => retentionText(days)}
        empty={<Nothing title="No log groups" />}
        columns={[
          {
            id: "retention",
            header: "Retention",
            width: 240,
            isRowHeader: true,
            cell: ({ days }) => (
              <Link href={href("/settings", {}, { tab: "storage", retention: idOf(days) })}>{retentionText(days)}</Link>
            ),
          },
          {
            id: "state",
            header: "Expires",
            width: 150,
            cell: ({ days }) =>
              days === undefined ? (
                <StatusIndicator type="warning">Never</StatusIndicator>
              ) : (
                <StatusIndicator>Yes</StatusIndicator>
              ),
          },
          { id: "groups", header: "Log groups", width: 120, cell: ({ groups: count }) => numberText(count) },
          { id: "bytes", header: "Stored", width: 120, cell: ({ bytes }) => bytesText(bytes) },
          { id: "share", header: "Share", width: 220, cell: ({ bytes }) => <Share part={bytes} whole={total} /> },
        ]}
      />
      {counts.error !== null && <Failure error={counts.error} retry={() => void counts.refetch()} />}
      <ResourceTable<LogGroup>
        title={retention === null ? "Log groups by size" : `Log groups: ${retentionText(daysOf(retention))}`}
        what="log groups"
        asked={{ ...groups, data: groups.data && { items: shown, more: groups.data.more } }}
        idOf={({ logGroupName = "" }) => logGroupName}
        textOf={({ logGroupName = "" }) => logGroupName}
        selection={{ type: "multi", ids: selected, onChange: setSelected }}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            {retention !== null && <Button onClick={() => setQuery({ retention: undefined })}>Show all groups</Button>}
            <Button loading={counts.isFetching} onClick={() => void counts.refetch()}>
              Count events
            </Button>
            <Button disabled={chosen.length === 0} onClick={() => setEditing(true)}>
              Edit retention
            </Button>
          </SpaceBetween>
        }
        empty={
          <Nothing
            title={retention === null ? "No log groups" : "No log group has this retention"}
            text={retention === null ? "Nothing is stored yet." : undefined}
          />
        }
        columns={[
          {
            id: "name",
            header: "Log group",
            width: 240,
            isRowHeader: true,
            cell: ({ logGroupName = "" }) => (
              <Link href={href("/logs/groups/:group", { group: logGroupName })}>{logGroupName}</Link>
            ),
          },
          { id: "bytes", header: "Stored", width: 100, cell: ({ storedBytes = 0 }) => bytesText(storedBytes) },
          {
            id: "share",
            header: "Share",
            width: 190,
            cell: ({ storedBytes = 0 }) => <Share part={storedBytes} whole={total} />,
          },
          {
            id: "events",
            header: "Events",
            width: 100,
            cell: ({ logGroupName = "" }) =>
              counts.data === undefined ? "–" : numberText(counts.data.get(logGroupName) ?? 0),
          },
          {
            id: "retention",
            header: "Retention",
            width: 175,
            cell: ({ retentionInDays }) => retentionText(retentionInDays),
          },
          { id: "class", header: "Class", width: 150, cell: ({ logGroupClass }) => classText(logGroupClass) },
        ]}
      />
      {editing && <EditRetention groups={chosen} onClose={() => setEditing(false)} />}
    </SpaceBetween>
  );
}

/** How an address names a retention. */
const idOf = (days: number | undefined): string => (days === undefined ? "never" : String(days));
const daysOf = (id: string): number | undefined => (/^\d+$/.test(id) ? Number(id) : undefined);

function Share({ part, whole }: { readonly part: number; readonly whole: number }) {
  return (
    <span className="storage-share">
      <meter min={0} max={Math.max(1, whole)} value={part} aria-label="Share of what is stored" />
      <span className="storage-share-text">{shareText(part, whole)}</span>
    </span>
  );
}
