import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import ContentLayout from "@cloudscape-design/components/content-layout";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Toggle from "@cloudscape-design/components/toggle";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { queryCache } from "../api/query-cache.ts";
import { currentRegion } from "../api/session.ts";
import { Failure } from "../shell/failure.tsx";
import { useFlash } from "../shell/flash.tsx";
import { setQuery } from "../shell/navigate.ts";
import { writeTimeRange } from "../time-range/time-range.ts";
import { putDashboard } from "./dashboard-calls.ts";
import { DashboardFaults } from "./dashboard-faults.tsx";
import { DashboardHeader } from "./dashboard-header.tsx";
import { withCells, withoutWidget, withPut, withWidget } from "./edit-body.ts";
import { type EditedWidget, editedWidget } from "./edited-widget.ts";
import { Grid } from "./grid.tsx";
import { JsonEditor } from "./json-editor.tsx";
import { bodyDiagnostics } from "./json-language.ts";
import { NEW_WIDGETS } from "./new-widgets.ts";
import { useDashboard } from "./use-dashboard.ts";
import { WidgetDialog } from "./widget-dialog.tsx";
import "./dashboard-page.css";

/** A widget in its form: a new one, or the one at a place. */
interface Editing {
  readonly at: number | undefined;
  readonly start: EditedWidget;
}

/** A dashboard to change: its widgets on the grid, and its source beside them. */
export function DashboardEditor({
  name,
  stored,
  query,
}: {
  readonly name: string;
  /** The body in lines. */
  readonly stored: string;
  readonly query: URLSearchParams;
}) {
  const flash = useFlash();
  const [text, setText] = useState(stored);
  const [source, setSource] = useState(true);
  const [editing, setEditing] = useState<Editing>();
  const dashboard = useDashboard(text, query);
  const { body, faults, span, nowMs } = dashboard;
  const dirty = text !== stored;
  useEffect(() => {
    if (!dirty) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [dirty]);
  const save = useMutation({
    mutationFn: () => putDashboard(name, text),
    onSuccess: async (messages) => {
      await queryCache.invalidateQueries({ queryKey: ["monitoring", "GetDashboard", name] });
      flash.success([`The dashboard ${name} was saved.`, ...messages].join(" "));
      setQuery({ edit: undefined });
    },
  });
  const add = (kind: string) => {
    const start = NEW_WIDGETS[kind]?.make(currentRegion());
    if (start !== undefined) setEditing({ at: undefined, start });
  };
  const grid = body !== undefined && (
    <Grid
      widgets={body.widgets}
      span={span}
      nowMs={nowMs}
      keepPeriods={body.periodOverride === "inherit"}
      onZoom={(part) => setQuery({ range: writeTimeRange({ kind: "absolute", ...part }) })}
      tools={{
        onCells: (cells) => setText(withCells(text, cells)),
        onRemove: (index) => setText(withoutWidget(text, index)),
        onEdit: (at) => {
          const widget = body.widgets[at];
          const start = widget && editedWidget(widget);
          if (start !== undefined) setEditing({ at, start });
        },
      }}
    />
  );
  return (
    <div className="dashboard">
      <ContentLayout
        header={
          <DashboardHeader name={name} dashboard={dashboard}>
            <ButtonDropdown
              items={Object.entries(NEW_WIDGETS).map(([id, { description }]) => ({
                id,
                text: id,
                secondaryText: description,
              }))}
              disabled={body === undefined}
              expandToViewport
              onItemClick={({ detail }) => add(detail.id)}
            >
              Add widget
            </ButtonDropdown>
            <Toggle checked={source} onChange={({ detail }) => setSource(detail.checked)}>
              Source
            </Toggle>
            <Button
              onClick={() => {
                setText(stored);
                setQuery({ edit: undefined });
              }}
            >
              Cancel
            </Button>
            <Button
              variant="primary"
              disabled={faults.length > 0 || !dirty}
              loading={save.isPending}
              onClick={() => save.mutate()}
            >
              Save
            </Button>
          </DashboardHeader>
        }
      >
        <SpaceBetween size="m">
          {save.error !== null && <Failure error={save.error} />}
          <DashboardFaults faults={faults} />
          {body?.widgets.length === 0 && (
            <Box textAlign="center" padding="l">
              <Box variant="strong">No widgets</Box>
              <Box variant="p">Add one by the button above, or write it into the source.</Box>
            </Box>
          )}
          <div className={source ? "dashboard-editor" : undefined}>
            <div>{grid}</div>
            {source && (
              <div className="dashboard-source">
                <JsonEditor value={text} onChange={setText} label="Source of the dashboard" check={bodyDiagnostics} />
              </div>
            )}
          </div>
        </SpaceBetween>
      </ContentLayout>
      {editing !== undefined && (
        <WidgetDialog
          start={editing.start}
          existing={editing.at !== undefined}
          span={span}
          nowMs={nowMs}
          onDone={(widget) => {
            setText(
              editing.at === undefined
                ? withWidget(text, (y) => ({ ...widget, y }))
                : withPut(text, editing.at, widget),
            );
            setEditing(undefined);
          }}
          onClose={() => setEditing(undefined)}
        />
      )}
    </div>
  );
}
