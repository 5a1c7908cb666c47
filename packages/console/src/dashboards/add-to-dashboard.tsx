import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { queryCache } from "../api/query-cache.ts";
import { Ask } from "../logs/groups/ask.tsx";
import { Failure } from "../shell/failure.tsx";
import { useFlash } from "../shell/flash.tsx";
import { href } from "../shell/route.ts";
import { bodyOf, createDashboard, listDashboards, putDashboard } from "./dashboard-calls.ts";
import { withWidget } from "./edit-body.ts";

const NEW = "";

/** Puts a widget at the end of a dashboard, or of a new one. */
export function AddToDashboard({
  what,
  widget,
  children,
  onClose,
}: {
  /** Such as "The graph". */
  readonly what: string;
  /** The widget for a row of the grid. */
  readonly widget: (y: number) => object;
  /** Fields of what else is to be chosen. */
  readonly children?: ReactNode;
  readonly onClose: () => void;
}) {
  const flash = useFlash();
  const dashboards = useQuery({
    queryKey: ["monitoring", "ListDashboards"],
    queryFn: ({ signal }) => listDashboards(signal),
  });
  const [chosen, setChosen] = useState<string>();
  const [newName, setNewName] = useState("");
  const dashboard = chosen ?? dashboards.data?.[0]?.name ?? NEW;
  const name = dashboard === NEW ? newName.trim() : dashboard;
  const options = [
    ...(dashboards.data ?? []).map((each) => ({ value: each.name, label: each.name })),
    { value: NEW, label: "A new dashboard" },
  ];
  return (
    <Ask
      title="Add to dashboard"
      action="Add"
      ready={name !== ""}
      onConfirm={async () => {
        if (dashboard === NEW) await createDashboard(name, withWidget("", widget));
        else await putDashboard(name, withWidget(await bodyOf(name), widget));
        void queryCache.invalidateQueries({ queryKey: ["monitoring"] });
        flash.success(
          <>
            {what} was added to <a href={href("/dashboards/:name", { name })}>{name}</a>.
          </>,
        );
      }}
      onClose={onClose}
    >
      {dashboards.error !== null && <Failure error={dashboards.error} retry={() => void dashboards.refetch()} />}
      <FormField label="Dashboard">
        <Select
          selectedOption={options.find(({ value }) => value === dashboard) ?? null}
          options={options}
          statusType={dashboards.isPending ? "loading" : "finished"}
          loadingText="Loading dashboards"
          filteringType={options.length > 8 ? "auto" : "none"}
          onChange={({ detail }) => setChosen(detail.selectedOption.value ?? NEW)}
        />
      </FormField>
      {dashboard === NEW && (
        <FormField label="Name" constraintText="Letters, digits, - and _.">
          <Input value={newName} onChange={({ detail }) => setNewName(detail.value)} spellcheck={false} />
        </FormField>
      )}
      {children}
    </Ask>
  );
}
