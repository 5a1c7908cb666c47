import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { CallError } from "../api/call-error.ts";
import { queryCache } from "../api/query-cache.ts";
import { monitoring } from "../api/services.ts";
import { currentRegion } from "../api/session.ts";
import { Failure } from "../shell/failure.tsx";
import { withLogWidget } from "./dashboard-body.ts";
import type { GroupChoice } from "./group-choice.ts";
import type { ChartKind } from "./visualization.ts";

export interface AddToDashboardProps {
  readonly query: string;
  readonly groups: GroupChoice;
  /** Graphs that the query allows, beside a table. */
  readonly kinds: readonly ChartKind[];
  readonly preferred: "table" | ChartKind;
  readonly onClose: () => void;
  readonly onAdded: (dashboard: string) => void;
}

const VIEWS: Readonly<Record<"table" | ChartKind, string>> = {
  table: "Table of log entries",
  line: "Line",
  area: "Stacked area",
  bar: "Bar",
  pie: "Pie",
};
const NEW = "";

/** Puts the query as a widget at the end of a dashboard, or of a new one. */
export function AddToDashboard({ query, groups, kinds, preferred, onClose, onAdded }: AddToDashboardProps) {
  const dashboards = useQuery({
    queryKey: ["monitoring", "ListDashboards", "names"],
    queryFn: async ({ signal }) => {
      const names: string[] = [];
      let token: string | undefined;
      do {
        const answer = await monitoring("ListDashboards", token === undefined ? {} : { NextToken: token }, signal);
        for (const { DashboardName } of answer.DashboardEntries ?? []) if (DashboardName) names.push(DashboardName);
        token = answer.NextToken;
      } while (token !== undefined && token !== "");
      return names;
    },
  });
  const [chosen, setChosen] = useState<string>();
  const [newName, setNewName] = useState("");
  const [title, setTitle] = useState("Log group query");
  const [view, setView] = useState(preferred);
  const dashboard = chosen ?? dashboards.data?.[0] ?? NEW;
  const name = dashboard === NEW ? newName.trim() : dashboard;

  const add = useMutation({
    mutationFn: async () => {
      const body = dashboard === NEW ? await bodyOfNew(name) : await bodyOf(name);
      const region = currentRegion();
      await monitoring("PutDashboard", {
        DashboardName: name,
        DashboardBody: withLogWidget(body, { title, region, query, groups, view }),
      });
    },
    onSuccess: () => {
      void queryCache.invalidateQueries({ queryKey: ["monitoring"] });
      onAdded(name);
    },
  });
  const options = [
    ...(dashboards.data ?? []).map((each) => ({ value: each, label: each })),
    { value: NEW, label: "A new dashboard" },
  ];
  const views = (["table", ...kinds] as const).map((each) => ({ value: each, label: VIEWS[each] }));
  return (
    <Modal
      visible
      header="Add to dashboard"
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button variant="primary" disabled={name === ""} loading={add.isPending} onClick={() => add.mutate()}>
              Add
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {dashboards.isError && <Failure error={dashboards.error} retry={() => void dashboards.refetch()} />}
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
            <Input value={newName} onChange={({ detail }) => setNewName(detail.value)} />
          </FormField>
        )}
        <FormField label="Title of the widget">
          <Input value={title} onChange={({ detail }) => setTitle(detail.value)} />
        </FormField>
        <FormField label="Shown as">
          <Select
            selectedOption={views.find(({ value }) => value === view) ?? null}
            options={views}
            onChange={({ detail }) => {
              const next = views.find(({ value }) => value === detail.selectedOption.value);
              if (next !== undefined) setView(next.value);
            }}
          />
        </FormField>
        {add.isError && <Failure error={add.error} />}
      </SpaceBetween>
    </Modal>
  );
}

async function bodyOf(DashboardName: string): Promise<string> {
  return (await monitoring("GetDashboard", { DashboardName })).DashboardBody ?? "";
}

/** The empty body, once it is sure that the name is free: putting a dashboard replaces the one of its name. */
async function bodyOfNew(name: string): Promise<string> {
  const found = await bodyOf(name).catch((error: unknown) => {
    if (error instanceof CallError && NOT_FOUND.has(error.code)) return undefined;
    throw error;
  });
  if (found !== undefined)
    throw new Error(`There is a dashboard ${name} already. Choose it in the list, or another name.`);
  return "";
}

const NOT_FOUND = new Set(["ResourceNotFound", "DashboardNotFoundError", "ResourceNotFoundException"]);
