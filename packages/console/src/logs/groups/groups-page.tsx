import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import Header from "@cloudscape-design/components/header";
import Link from "@cloudscape-design/components/link";
import Pagination from "@cloudscape-design/components/pagination";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import TextFilter from "@cloudscape-design/components/text-filter";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { logs } from "../../api/services.ts";
import { Failure } from "../../shell/failure.tsx";
import { navigate, setQuery } from "../../shell/navigate.ts";
import type { PageProps } from "../../shell/page-entry.ts";
import { href } from "../../shell/route.ts";
import { bytesText } from "../../time/format.ts";
import { Time } from "../../time/time.tsx";
import { CreateGroup } from "./create-group.tsx";
import { DeleteGroups } from "./delete-groups.tsx";
import { EditRetention } from "./edit-retention.tsx";
import { classText, type LogGroup } from "./group-calls.ts";
import { retentionText } from "./retention.ts";

/** As many as DescribeLogGroups gives at once. */
const PAGE = 50;

/** Log groups, searched on the server, so that ten thousand cost no more than ten. */
export default function GroupsPage({ query }: PageProps) {
  const written = query.get("filter") ?? "";
  const text = useDeferredValue(written);
  const [pageIndex, setPageIndex] = useState(1);
  const [selected, setSelected] = useState<readonly LogGroup[]>([]);
  const [asking, setAsking] = useState<"create" | "delete" | "retention" | undefined>(
    query.get("create") === "yes" ? "create" : undefined,
  );
  const groups = useInfiniteQuery({
    queryKey: ["logs", "DescribeLogGroups", text],
    queryFn: ({ pageParam, signal }) =>
      logs(
        "DescribeLogGroups",
        {
          limit: PAGE,
          ...(text !== "" && { logGroupNamePattern: text }),
          ...(pageParam !== "" && { nextToken: pageParam }),
        },
        signal,
      ),
    initialPageParam: "",
    getNextPageParam: (last) => last.nextToken,
    placeholderData: keepPreviousData,
  });
  const pages = groups.data?.pages ?? [];
  const items = pages[pageIndex - 1]?.logGroups ?? [];
  const open = (name: string) => href("/logs/groups/:group", { group: name });
  const names = selected.flatMap(({ logGroupName }) => logGroupName ?? []);

  return (
    <>
      <Table<LogGroup>
        variant="full-page"
        stickyHeader
        trackBy="logGroupName"
        selectionType="multi"
        selectedItems={selected}
        onSelectionChange={({ detail }) => setSelected(detail.selectedItems)}
        items={groups.error ? [] : items}
        loading={groups.isPending || (groups.isFetchingNextPage && items.length === 0)}
        loadingText="Loading log groups"
        wrapLines={false}
        resizableColumns
        ariaLabels={{
          tableLabel: "Log groups",
          selectionGroupLabel: "Choose log groups",
          allItemsSelectionLabel: () => "Choose all log groups of this page",
          itemSelectionLabel: (_, group) => `Choose ${group.logGroupName}`,
        }}
        header={
          <Header
            variant="awsui-h1-sticky"
            counter={selected.length > 0 ? `(${selected.length} chosen)` : undefined}
            description="A log group holds the streams of one kind of log; its events share retention, access and metric filters."
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button
                  iconName="refresh"
                  ariaLabel="Load again"
                  loading={groups.isRefetching}
                  onClick={() => void groups.refetch()}
                />
                <ButtonDropdown
                  disabled={selected.length === 0}
                  onItemClick={({ detail }) => {
                    if (detail.id === "delete" || detail.id === "retention") setAsking(detail.id);
                    else if (detail.id === "insights")
                      navigate(href("/logs/insights", {}, { groups: names.join(",") }));
                    else navigate(href("/logs/live-tail", {}, { groups: names.join(",") }));
                  }}
                  items={[
                    { id: "insights", text: "Query in Logs Insights" },
                    { id: "tail", text: "Start Live Tail", disabled: names.length > 10 },
                    { id: "retention", text: "Edit retention" },
                    { id: "delete", text: "Delete" },
                  ]}
                >
                  Actions
                </ButtonDropdown>
                <Button variant="primary" onClick={() => setAsking("create")}>
                  Create log group
                </Button>
              </SpaceBetween>
            }
          >
            Log groups
          </Header>
        }
        filter={
          <TextFilter
            filteringText={written}
            filteringPlaceholder="Find log groups by a part of their name"
            filteringAriaLabel="Find log groups"
            onChange={({ detail }) => {
              setPageIndex(1);
              setQuery({ filter: detail.filteringText || undefined });
            }}
          />
        }
        pagination={
          <Pagination
            currentPageIndex={pageIndex}
            pagesCount={Math.max(1, pages.length)}
            openEnd={groups.hasNextPage}
            onChange={({ detail }) => {
              if (detail.currentPageIndex <= pages.length) setPageIndex(detail.currentPageIndex);
              else void groups.fetchNextPage().then(() => setPageIndex(detail.currentPageIndex));
            }}
            ariaLabels={{ nextPageLabel: "Next page", previousPageLabel: "Previous page" }}
          />
        }
        empty={
          groups.error ? (
            <Failure error={groups.error} retry={() => void groups.refetch()} />
          ) : (
            <Nothing text={text} create={() => setAsking("create")} />
          )
        }
        columnDefinitions={[
          {
            id: "name",
            header: "Log group",
            minWidth: 240,
            width: 260,
            isRowHeader: true,
            cell: ({ logGroupName = "" }) => <Link href={open(logGroupName)}>{logGroupName}</Link>,
          },
          {
            id: "class",
            header: "Class",
            width: 110,
            cell: ({ logGroupClass }) => classText(logGroupClass),
          },
          {
            id: "retention",
            header: "Retention",
            width: 150,
            cell: ({ retentionInDays }) => retentionText(retentionInDays),
          },
          { id: "bytes", header: "Stored", width: 115, cell: ({ storedBytes }) => bytesText(storedBytes ?? 0) },
          {
            id: "filters",
            header: "Filters",
            width: 90,
            cell: ({ metricFilterCount = 0, logGroupName = "" }) =>
              metricFilterCount === 0 ? (
                "–"
              ) : (
                <Link href={href("/logs/groups/:group", { group: logGroupName }, { tab: "filters" })}>
                  {metricFilterCount} {metricFilterCount === 1 ? "filter" : "filters"}
                </Link>
              ),
          },
          { id: "created", header: "Created", width: 175, cell: ({ creationTime }) => <Time ms={creationTime} /> },
        ]}
      />
      {asking === "create" && <CreateGroup onClose={() => setAsking(undefined)} />}
      {asking === "retention" && <EditRetention groups={selected} onClose={() => setAsking(undefined)} />}
      {asking === "delete" && (
        <DeleteGroups groups={selected} onClose={() => setAsking(undefined)} onDeleted={() => setSelected([])} />
      )}
    </>
  );
}

function Nothing({ text, create }: { readonly text: string; readonly create: () => void }) {
  return (
    <Box textAlign="center" padding="l">
      <SpaceBetween size="s">
        <Box variant="strong">{text === "" ? "No log groups" : "No log group's name holds this text"}</Box>
        {text === "" ? (
          <>
            <Box color="text-body-secondary">Agents and programs make them, or you do.</Box>
            <Button onClick={create}>Create log group</Button>
          </>
        ) : (
          <Button onClick={() => setQuery({ filter: undefined })}>Clear the search</Button>
        )}
      </SpaceBetween>
    </Box>
  );
}
