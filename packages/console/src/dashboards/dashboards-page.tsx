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
import { queryCache } from "../api/query-cache.ts";
import { Ask } from "../logs/groups/ask.tsx";
import { Failure } from "../shell/failure.tsx";
import { useFlash } from "../shell/flash.tsx";
import { navigate, setQuery } from "../shell/navigate.ts";
import type { PageProps } from "../shell/page-entry.ts";
import { href } from "../shell/route.ts";
import { bytesText } from "../time/format.ts";
import { Time } from "../time/time.tsx";
import { createDashboard, type DashboardEntry, deleteDashboards, listDashboards } from "./dashboard-calls.ts";

const changed = () => queryCache.invalidateQueries({ queryKey: ["monitoring", "ListDashboards"] });

/** The dashboards of the account. */
export default function DashboardsPage({ query }: PageProps) {
  const flash = useFlash();
  const dashboards = useQuery({
    queryKey: ["monitoring", "ListDashboards"],
    queryFn: ({ signal }) => listDashboards(signal),
  });
  const [selected, setSelected] = useState<readonly DashboardEntry[]>([]);
  const [asking, setAsking] = useState<"create" | "delete">();
  const [name, setName] = useState("");
  const filter = query.get("filter") ?? "";
  const items = (dashboards.data ?? []).filter((each) => each.name.toLowerCase().includes(filter.toLowerCase()));
  return (
    <>
      <Table<DashboardEntry>
        variant="full-page"
        items={dashboards.error ? [] : items}
        trackBy="name"
        loading={dashboards.isPending}
        loadingText="Loading dashboards"
        selectionType="multi"
        selectedItems={[...selected]}
        onSelectionChange={({ detail }) => setSelected(detail.selectedItems)}
        ariaLabels={{
          tableLabel: "Dashboards",
          selectionGroupLabel: "Choose dashboards",
          allItemsSelectionLabel: () => "Choose all dashboards",
          itemSelectionLabel: (_, each) => `Choose ${each.name}`,
        }}
        header={
          <Header
            variant="awsui-h1-sticky"
            counter={dashboards.data === undefined ? undefined : `(${dashboards.data.length})`}
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button disabled={selected.length === 0} onClick={() => setAsking("delete")}>
                  Delete
                </Button>
                <Button variant="primary" onClick={() => setAsking("create")}>
                  Create dashboard
                </Button>
              </SpaceBetween>
            }
          >
            Dashboards
          </Header>
        }
        filter={
          <TextFilter
            filteringText={filter}
            filteringAriaLabel="Find dashboards"
            filteringPlaceholder="Find dashboards by a part of their name"
            onChange={({ detail }) => setQuery({ filter: detail.filteringText })}
          />
        }
        empty={
          dashboards.error ? (
            <Failure error={dashboards.error} retry={() => void dashboards.refetch()} />
          ) : (
            <Box textAlign="center" padding="l" variant="strong">
              {filter === "" ? "No dashboards" : "No dashboard's name holds this text"}
            </Box>
          )
        }
        columnDefinitions={[
          {
            id: "name",
            header: "Name",
            isRowHeader: true,
            cell: (each) => <Link href={href("/dashboards/:name", { name: each.name })}>{each.name}</Link>,
          },
          { id: "modified", header: "Last changed", cell: ({ modifiedMs }) => <Time ms={modifiedMs} /> },
          { id: "size", header: "Size", cell: ({ bytes }) => (bytes === undefined ? "–" : bytesText(bytes)) },
        ]}
      />
      {asking === "create" && (
        <Ask
          title="Create dashboard"
          action="Create"
          ready={/^[\w-]{1,255}$/.test(name)}
          onConfirm={async () => {
            await createDashboard(name, '{"widgets":[]}');
            await changed();
            navigate(href("/dashboards/:name", { name }, { edit: true }));
          }}
          onClose={() => setAsking(undefined)}
        >
          <FormField label="Dashboard name" constraintText="Letters, digits, - and _.">
            <Input value={name} onChange={({ detail }) => setName(detail.value)} spellcheck={false} />
          </FormField>
        </Ask>
      )}
      {asking === "delete" && (
        <Ask
          title={
            selected.length === 1
              ? `Delete the dashboard ${selected[0]?.name ?? ""}?`
              : `Delete ${selected.length} dashboards?`
          }
          action="Delete"
          onConfirm={async () => {
            await deleteDashboards(selected.map((each) => each.name));
            await changed();
            flash.success(
              selected.length === 1
                ? `The dashboard ${selected[0]?.name ?? ""} was deleted.`
                : `${selected.length} dashboards were deleted.`,
            );
            setSelected([]);
          }}
          onClose={() => setAsking(undefined)}
        >
          <Box>Metrics, logs and alarms stay.</Box>
        </Ask>
      )}
    </>
  );
}
