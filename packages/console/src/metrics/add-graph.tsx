import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { MetricProperties } from "@nephoscope/languages/dashboard-body";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { queryCache } from "../api/query-cache.ts";
import { currentRegion } from "../api/session.ts";
import { bodyOf, createDashboard, listDashboards, putDashboard } from "../dashboards/dashboard-calls.ts";
import { withWidget } from "../insights/dashboard-body.ts";
import { Failure } from "../shell/failure.tsx";
import { useFlash } from "../shell/flash.tsx";

const NEW = "";

/** Puts the graph at the end of a dashboard, or of a new one. */
export function AddGraph({ graph, onClose }: { readonly graph: MetricProperties; readonly onClose: () => void }) {
  const flash = useFlash();
  const dashboards = useQuery({
    queryKey: ["monitoring", "ListDashboards"],
    queryFn: ({ signal }) => listDashboards(signal),
  });
  const [chosen, setChosen] = useState<string>();
  const [newName, setNewName] = useState("");
  const dashboard = chosen ?? dashboards.data?.[0]?.name ?? NEW;
  const name = dashboard === NEW ? newName.trim() : dashboard;
  const add = useMutation({
    mutationFn: async () => {
      const widget = (y: number) => ({
        type: "metric",
        x: 0,
        y,
        width: 12,
        height: 6,
        properties: { region: currentRegion(), ...graph },
      });
      if (dashboard === NEW) await createDashboard(name, withWidget("", widget));
      else await putDashboard(name, withWidget(await bodyOf(name), widget));
    },
    onSuccess: () => {
      void queryCache.invalidateQueries({ queryKey: ["monitoring"] });
      flash.success(`The graph was added to ${name}.`);
      onClose();
    },
  });
  const options = [
    ...(dashboards.data ?? []).map((each) => ({ value: each.name, label: each.name })),
    { value: NEW, label: "A new dashboard" },
  ];
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
        <FormField label="Dashboard">
          <Select
            selectedOption={options.find(({ value }) => value === dashboard) ?? null}
            options={options}
            statusType={dashboards.isPending ? "loading" : "finished"}
            loadingText="Loading dashboards"
            onChange={({ detail }) => setChosen(detail.selectedOption.value ?? NEW)}
          />
        </FormField>
        {dashboard === NEW && (
          <FormField label="Name" constraintText="Letters, digits, - and _.">
            <Input value={newName} onChange={({ detail }) => setNewName(detail.value)} />
          </FormField>
        )}
        {dashboards.error !== null && <Failure error={dashboards.error} />}
        {add.error !== null && <Failure error={add.error} />}
      </SpaceBetween>
    </Modal>
  );
}
