import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Link from "@cloudscape-design/components/link";
import Pagination from "@cloudscape-design/components/pagination";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import TextFilter from "@cloudscape-design/components/text-filter";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { monitoring } from "../api/services.ts";
import { Ask } from "../logs/groups/ask.tsx";
import { optionOf } from "../metrics/choices.ts";
import { LogText } from "../result-table/log-text.tsx";
import { visibleText } from "../result-table/visible-text.ts";
import { Failure } from "../shell/failure.tsx";
import { useFlash } from "../shell/flash.tsx";
import { navigate, setQuery } from "../shell/navigate.ts";
import type { PageProps } from "../shell/page-entry.ts";
import { href } from "../shell/route.ts";
import { Time } from "../time/time.tsx";
import { type Alarm, alarmsChanged, conditionText, listAlarms } from "./alarm-calls.ts";
import { StateText } from "./state-text.tsx";
import "./alarms-page.css";

const STATES = [
  { value: "", label: "Any state" },
  { value: "ALARM", label: "In alarm" },
  { value: "OK", label: "OK" },
  { value: "INSUFFICIENT_DATA", label: "Insufficient data" },
];
const ORDER = { ALARM: 0, INSUFFICIENT_DATA: 1, OK: 2 };
const PAGE = 50;
/** States change by themselves. */
const REFRESH_MS = 10_000;

/** The alarms of the region, those in alarm first. */
export default function AlarmsPage({ query }: PageProps) {
  const flash = useFlash();
  const alarms = useQuery({
    queryKey: ["monitoring", "DescribeAlarms"],
    queryFn: ({ signal }) => listAlarms(undefined, signal),
    refetchInterval: REFRESH_MS,
  });
  const [selected, setSelected] = useState<readonly Alarm[]>([]);
  const [deleting, setDeleting] = useState(false);
  const [wanted, setPage] = useState(1);
  const [filter, state] = [query.get("filter") ?? "", query.get("state") ?? ""];
  const items = (alarms.data ?? [])
    .filter(
      (alarm) => (state === "" || alarm.state === state) && alarm.name.toLowerCase().includes(filter.toLowerCase()),
    )
    .sort((a, b) => ORDER[a.state] - ORDER[b.state] || a.name.localeCompare(b.name));
  const pages = Math.max(1, Math.ceil(items.length / PAGE));
  const page = Math.min(wanted, pages);
  const filtered = filter !== "" || state !== "";
  const create = () => navigate(href("/alarms/create/metric"));
  return (
    <>
      <Table<Alarm>
        variant="full-page"
        stickyHeader
        wrapLines
        items={alarms.error ? [] : items.slice((page - 1) * PAGE, page * PAGE)}
        trackBy="name"
        loading={alarms.isPending}
        loadingText="Loading alarms"
        selectionType="multi"
        selectedItems={[...selected]}
        onSelectionChange={({ detail }) => setSelected(detail.selectedItems)}
        ariaLabels={{
          tableLabel: "Alarms",
          selectionGroupLabel: "Choose alarms",
          allItemsSelectionLabel: () => "Choose all alarms of this page",
          itemSelectionLabel: (_, { name }) => `Choose ${visibleText(name)}`,
        }}
        header={
          <Header
            variant="awsui-h1-sticky"
            counter={alarms.data === undefined ? undefined : `(${items.length})`}
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button iconName="refresh" ariaLabel="Load again" onClick={() => void alarms.refetch()} />
                <Button disabled={selected.length === 0} onClick={() => setDeleting(true)}>
                  Delete
                </Button>
                <Button
                  onClick={() =>
                    navigate(
                      `${href("/alarms/create/composite")}?${new URLSearchParams(selected.map(({ name }) => ["alarm", name]))}`,
                    )
                  }
                >
                  Create composite alarm
                </Button>
                <Button variant="primary" onClick={create}>
                  Create alarm
                </Button>
              </SpaceBetween>
            }
          >
            Alarms
          </Header>
        }
        filter={
          <div className="alarms-filter">
            <TextFilter
              filteringText={filter}
              filteringAriaLabel="Find alarms"
              filteringPlaceholder="Find alarms by a part of their name"
              onChange={({ detail }) => setQuery({ filter: detail.filteringText })}
            />
            <Select
              ariaLabel="State"
              selectedOption={optionOf(STATES, state)}
              options={STATES}
              onChange={({ detail }) => setQuery({ state: detail.selectedOption.value })}
            />
          </div>
        }
        pagination={
          <Pagination
            currentPageIndex={page}
            pagesCount={pages}
            onChange={({ detail }) => setPage(detail.currentPageIndex)}
            ariaLabels={{ nextPageLabel: "Next page", previousPageLabel: "Previous page" }}
          />
        }
        empty={
          alarms.error ? (
            <Failure error={alarms.error} retry={() => void alarms.refetch()} />
          ) : (
            <Box textAlign="center" padding="l">
              <SpaceBetween size="s">
                <Box variant="strong">{filtered ? "No alarm fits" : "No alarms"}</Box>
                {filtered ? (
                  <Button onClick={() => setQuery({ filter: undefined, state: undefined })}>Show all</Button>
                ) : (
                  <Button onClick={create}>Create alarm</Button>
                )}
              </SpaceBetween>
            </Box>
          )
        }
        columnDefinitions={[
          {
            id: "name",
            header: "Name",
            isRowHeader: true,
            cell: ({ name }) => (
              <Link href={href("/alarms/:name", { name })}>
                <LogText text={name} />
              </Link>
            ),
          },
          { id: "state", header: "State", cell: ({ state: now }) => <StateText state={now} /> },
          { id: "updated", header: "Last state update", cell: ({ updatedMs }) => <Time ms={updatedMs} /> },
          { id: "conditions", header: "Conditions", cell: (alarm) => <LogText text={conditionText(alarm)} /> },
          {
            id: "actions",
            header: "Actions",
            cell: ({ actionsOn, actions }) =>
              Object.values(actions).flat().length === 0
                ? "No actions"
                : actionsOn
                  ? "Actions enabled"
                  : "Actions disabled",
          },
        ]}
      />
      {deleting && (
        <Ask
          title={
            selected.length === 1
              ? `Delete the alarm ${visibleText(selected[0]?.name ?? "")}?`
              : `Delete ${selected.length} alarms?`
          }
          action="Delete"
          onConfirm={async () => {
            await monitoring("DeleteAlarms", { AlarmNames: selected.map(({ name }) => name) });
            await alarmsChanged();
            flash.success(
              selected.length === 1
                ? `The alarm ${visibleText(selected[0]?.name ?? "")} was deleted.`
                : `${selected.length} alarms were deleted.`,
            );
            setSelected([]);
          }}
          onClose={() => setDeleting(false)}
        >
          <Box>Its history goes with it, and it notifies nobody any more.</Box>
        </Ask>
      )}
    </>
  );
}
