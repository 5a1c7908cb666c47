import Button from "@cloudscape-design/components/button";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Nothing, ResourceTable } from "../../resource-table/resource-table.tsx";
import { LogText } from "../../result-table/log-text.tsx";
import { setQuery } from "../../shell/navigate.ts";
import type { PageProps } from "../../shell/page-entry.ts";
import { href } from "../../shell/route.ts";
import { Time } from "../../time/time.tsx";
import { msOf } from "../seconds.ts";
import { DeleteParameters } from "./delete-parameters.tsx";
import { allParameters, type Parameter } from "./parameter-calls.ts";
import { PutParameter } from "./put-parameter.tsx";

/** Names with values that agents and programs read: configurations, secrets. */
export default function ParametersPage({ query }: PageProps) {
  const [selected, setSelected] = useState<readonly string[]>([]);
  const [asking, setAsking] = useState<"create" | "delete">();
  const parameters = useQuery({
    queryKey: ["ssm", "DescribeParameters", "all"],
    queryFn: ({ signal }) => allParameters(signal),
  });
  return (
    <>
      <ResourceTable<Parameter>
        full
        title="Parameters"
        what="parameters"
        description="Configurations and secrets that agents and programs read by name."
        asked={parameters}
        idOf={({ Name = "" }) => Name}
        textOf={({ Name, Type, Description }) => [Name, Type, Description].join(" ")}
        selection={{ type: "multi", ids: selected, onChange: setSelected }}
        search={{ text: query.get("filter") ?? "", onChange: (text) => setQuery({ filter: text || undefined }) }}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={selected.length === 0} onClick={() => setAsking("delete")}>
              Delete
            </Button>
            <Button variant="primary" onClick={() => setAsking("create")}>
              Create parameter
            </Button>
          </SpaceBetween>
        }
        empty={
          <Nothing
            title="No parameters"
            text="An agent's configuration can be one: commands tell agents which to take."
            action={<Button onClick={() => setAsking("create")}>Create parameter</Button>}
          />
        }
        columns={[
          {
            id: "name",
            header: "Name",
            width: 260,
            minWidth: 180,
            isRowHeader: true,
            cell: ({ Name = "" }) => <Link href={href("/fleet/parameters/:name", { name: Name })}>{Name}</Link>,
          },
          { id: "type", header: "Type", width: 130, cell: ({ Type }) => Type },
          { id: "version", header: "Version", width: 95, cell: ({ Version }) => Version },
          { id: "tier", header: "Tier", width: 105, cell: ({ Tier }) => Tier },
          {
            id: "changed",
            header: "Changed",
            width: 175,
            cell: ({ LastModifiedDate }) => <Time ms={msOf(LastModifiedDate)} />,
          },
          {
            id: "description",
            header: "Description",
            width: 260,
            cell: ({ Description }) => <LogText text={Description || "–"} />,
          },
        ]}
      />
      {asking === "create" && <PutParameter onClose={() => setAsking(undefined)} />}
      {asking === "delete" && (
        <DeleteParameters names={selected} onDeleted={() => setSelected([])} onClose={() => setAsking(undefined)} />
      )}
    </>
  );
}
