import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { readDashboardBody } from "@nephoscope/languages/dashboard-body";
import { useState } from "react";
import type { Span } from "../time-range/time-range.ts";
import { AlarmForm } from "./alarm-form.tsx";
import { asWidget, type EditedWidget } from "./edited-widget.ts";
import { LogForm } from "./log-form.tsx";
import { MetricForm } from "./metric-form.tsx";
import { TextForm } from "./text-form.tsx";

/** A widget is written in a window of its own; the source beside the grid says what is not asked for here. */
export function WidgetDialog({
  start,
  existing,
  span,
  nowMs,
  onDone,
  onClose,
}: {
  readonly start: EditedWidget;
  readonly existing: boolean;
  readonly span: Span;
  readonly nowMs: number;
  readonly onDone: (widget: object) => void;
  readonly onClose: () => void;
}) {
  const [widget, setWidget] = useState(start);
  const faults = readDashboardBody(JSON.stringify({ widgets: [asWidget(widget)] })).errors.map(
    ({ dataPath, message }) => `${dataPath.replace("/widgets/0/properties", "") || "The widget"}: ${message}`,
  );
  return (
    <Modal
      visible
      size={widget.type === "text" || widget.type === "alarm" ? "large" : "max"}
      header={existing ? "Edit widget" : "Add widget"}
      onDismiss={onClose}
      closeAriaLabel="Close"
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button variant="primary" disabled={faults.length > 0} onClick={() => onDone(asWidget(widget))}>
              {existing ? "Update widget" : "Add to dashboard"}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="s">
        <Form widget={widget} onWidget={setWidget} span={span} nowMs={nowMs} />
        {faults.slice(0, 3).map((fault) => (
          <Box key={fault} color="text-status-error">
            {fault}
          </Box>
        ))}
      </SpaceBetween>
    </Modal>
  );
}

function Form({
  widget,
  onWidget,
  span,
  nowMs,
}: {
  readonly widget: EditedWidget;
  readonly onWidget: (widget: EditedWidget) => void;
  readonly span: Span;
  readonly nowMs: number;
}) {
  switch (widget.type) {
    case "metric":
      return (
        <MetricForm
          properties={widget.properties}
          onProperties={(properties) => onWidget({ ...widget, properties })}
          span={span}
          nowMs={nowMs}
        />
      );
    case "text":
      return (
        <TextForm properties={widget.properties} onProperties={(properties) => onWidget({ ...widget, properties })} />
      );
    case "log":
      return (
        <LogForm
          properties={widget.properties}
          onProperties={(properties) => onWidget({ ...widget, properties })}
          span={span}
        />
      );
    case "alarm":
      return (
        <AlarmForm properties={widget.properties} onProperties={(properties) => onWidget({ ...widget, properties })} />
      );
  }
}
