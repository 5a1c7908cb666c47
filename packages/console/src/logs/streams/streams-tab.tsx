import type * as Logs from "@aws-sdk/client-cloudwatch-logs";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Link from "@cloudscape-design/components/link";
import Pagination from "@cloudscape-design/components/pagination";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import TextFilter from "@cloudscape-design/components/text-filter";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import type { Json } from "../../api/json-types.ts";
import { queryCache } from "../../api/query-cache.ts";
import { logs } from "../../api/services.ts";
import { visibleText } from "../../result-table/visible-text.ts";
import { Failure } from "../../shell/failure.tsx";
import { href } from "../../shell/route.ts";
import { Time } from "../../time/time.tsx";
import { CreateStream, DeleteStreams } from "./stream-dialogs.tsx";

export type LogStream = Json<Logs.LogStream>;

const PAGE = 50;
const ORDERS = [
  { value: "LastEventTime", label: "Last event first" },
  { value: "LogStreamName", label: "By name" },
];

/** The streams of a group, newest first, or by name; searched by the beginning of their names, as the API can. */
export function StreamsTab({ group }: { readonly group: string }) {
  const [written, setWritten] = useState("");
  const prefix = useDeferredValue(written);
  const [order, setOrder] = useState("LastEventTime");
  const [pageIndex, setPageIndex] = useState(1);
  const [selected, setSelected] = useState<readonly LogStream[]>([]);
  const [asking, setAsking] = useState<"create" | "delete">();
  // The API can not search by prefix in the order of the last event.
  const byTime = order === "LastEventTime" && prefix === "";
  const streams = useInfiniteQuery({
    queryKey: ["logs", "DescribeLogStreams", group, prefix, byTime],
    queryFn: ({ pageParam, signal }) =>
      logs(
        "DescribeLogStreams",
        {
          logGroupName: group,
          limit: PAGE,
          ...(byTime ? { orderBy: "LastEventTime", descending: true } : { orderBy: "LogStreamName" }),
          ...(prefix !== "" && { logStreamNamePrefix: prefix }),
          ...(pageParam !== "" && { nextToken: pageParam }),
        },
        signal,
      ),
    initialPageParam: "",
    getNextPageParam: (last) => last.nextToken,
    placeholderData: keepPreviousData,
  });
  const pages = streams.data?.pages ?? [];
  const changed = () => {
    setSelected([]);
    setPageIndex(1);
    return queryCache.invalidateQueries({ queryKey: ["logs", "DescribeLogStreams", group] });
  };
  return (
    <>
      <Table<LogStream>
        items={streams.error ? [] : (pages[pageIndex - 1]?.logStreams ?? [])}
        loading={streams.isPending}
        loadingText="Loading log streams"
        trackBy="logStreamName"
        selectionType="multi"
        selectedItems={selected}
        onSelectionChange={({ detail }) => setSelected(detail.selectedItems)}
        ariaLabels={{
          tableLabel: "Log streams",
          selectionGroupLabel: "Choose log streams",
          allItemsSelectionLabel: () => "Choose all log streams of this page",
          itemSelectionLabel: (_, stream) => `Choose ${stream.logStreamName}`,
        }}
        header={
          <Header
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button
                  iconName="refresh"
                  ariaLabel="Load again"
                  loading={streams.isRefetching}
                  onClick={() => void streams.refetch()}
                />
                <Button disabled={selected.length === 0} onClick={() => setAsking("delete")}>
                  Delete
                </Button>
                <Button onClick={() => setAsking("create")}>Create log stream</Button>
              </SpaceBetween>
            }
          >
            Log streams
          </Header>
        }
        filter={
          <SpaceBetween direction="horizontal" size="xs">
            <TextFilter
              filteringText={written}
              filteringPlaceholder="Find streams by prefix"
              filteringAriaLabel="Find log streams"
              onChange={({ detail }) => {
                setWritten(detail.filteringText);
                setPageIndex(1);
              }}
            />
            <Select
              ariaLabel="Order"
              selectedOption={ORDERS.find(({ value }) => value === (prefix === "" ? order : "LogStreamName")) ?? null}
              options={ORDERS}
              disabled={prefix !== ""}
              onChange={({ detail }) => {
                setOrder(detail.selectedOption.value ?? "LastEventTime");
                setPageIndex(1);
              }}
            />
          </SpaceBetween>
        }
        pagination={
          <Pagination
            currentPageIndex={pageIndex}
            pagesCount={Math.max(1, pages.length)}
            openEnd={streams.hasNextPage}
            onChange={({ detail }) => {
              if (detail.currentPageIndex <= pages.length) setPageIndex(detail.currentPageIndex);
              else void streams.fetchNextPage().then(() => setPageIndex(detail.currentPageIndex));
            }}
            ariaLabels={{ nextPageLabel: "Next page", previousPageLabel: "Previous page" }}
          />
        }
        empty={
          streams.error ? (
            <Failure error={streams.error} retry={() => void streams.refetch()} />
          ) : prefix === "" ? (
            "No log streams yet. Whoever writes into the group makes one first."
          ) : (
            "No log stream's name begins so."
          )
        }
        columnDefinitions={[
          {
            id: "name",
            header: "Log stream",
            isRowHeader: true,
            cell: ({ logStreamName = "" }) => (
              <Link href={href("/logs/groups/:group/events", { group }, { stream: logStreamName })}>
                {visibleText(logStreamName)}
              </Link>
            ),
          },
          { id: "last", header: "Last event", cell: ({ lastEventTimestamp }) => <Time ms={lastEventTimestamp} /> },
          { id: "first", header: "First event", cell: ({ firstEventTimestamp }) => <Time ms={firstEventTimestamp} /> },
        ]}
      />
      {asking === "create" && <CreateStream group={group} onDone={changed} onClose={() => setAsking(undefined)} />}
      {asking === "delete" && (
        <DeleteStreams
          group={group}
          names={selected.flatMap(({ logStreamName }) => logStreamName ?? [])}
          onDone={changed}
          onClose={() => setAsking(undefined)}
        />
      )}
    </>
  );
}
