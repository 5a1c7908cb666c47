import FormField from "@cloudscape-design/components/form-field";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { allPages } from "../../api/all-pages.ts";
import { Nothing, ResourceTable } from "../../resource-table/resource-table.tsx";
import { LogText } from "../../result-table/log-text.tsx";
import { setQuery } from "../../shell/navigate.ts";
import { ssm } from "../ssm.ts";
import { inventoryColumns, inventoryTitle } from "./inventory-columns.ts";

/** What the agents here report; Systems Manager tells of no type that begins with `Custom:`. */
const TYPES = ["AWS:Application", "AWS:Network", "Custom:ListeningPorts", "Custom:Users"];

interface Entry {
  readonly place: number;
  readonly values: Readonly<Record<string, string>>;
}

/** What a host has: packages, addresses, open ports, users. */
export function InventoryTab({ host, type }: { readonly host: string; readonly type: string | null }) {
  const typeName = TYPES.find((name) => name === type) ?? "AWS:Application";
  const entries = useQuery({
    queryKey: ["ssm", "ListInventoryEntries", host, typeName],
    queryFn: async ({ signal }) => {
      const { items, more } = await allPages(async (NextToken) => {
        const page = await ssm(
          "ListInventoryEntries",
          { InstanceId: host, TypeName: typeName, MaxResults: 50, ...(NextToken !== undefined && { NextToken }) },
          signal,
        );
        return { items: page.Entries ?? [], next: page.NextToken };
      }, MOST_PAGES);
      return { items: items.map((values, place): Entry => ({ place, values })), more };
    },
  });
  const columns = inventoryColumns(entries.data?.items.map(({ values }) => values) ?? []);
  return (
    <SpaceBetween size="m">
      <FormField label="Type">
        <Select
          selectedOption={{ value: typeName, label: inventoryTitle(typeName) }}
          options={TYPES.map((value) => ({ value, label: inventoryTitle(value), labelTag: value }))}
          onChange={({ detail }) => setQuery({ inventory: detail.selectedOption.value })}
        />
      </FormField>
      <ResourceTable<Entry>
        // Another type has other columns, and begins at its first page.
        key={typeName}
        title={inventoryTitle(typeName)}
        what="entries"
        asked={entries}
        idOf={({ place }) => String(place)}
        textOf={({ values }) => Object.values(values).join(" ")}
        empty={<Nothing title="No entries" text="The host's agent has reported nothing of this type." />}
        columns={(columns.length === 0 ? ["Name"] : columns).map((name, index) => ({
          id: name,
          header: name,
          width: 190,
          isRowHeader: index === 0,
          cell: ({ values }) => <LogText text={values[name] ?? ""} />,
        }))}
      />
    </SpaceBetween>
  );
}

/** Three thousand entries: a host with more packages is searched by whoever asks the API. */
const MOST_PAGES = 60;
