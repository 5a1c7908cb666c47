import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { visibleText } from "../result-table/visible-text.ts";
import type { SavedQuery } from "./saved-queries.ts";
import { withParameters } from "./saved-tree.ts";

export interface ParametersModalProps {
  readonly saved: SavedQuery;
  readonly onClose: () => void;
  /** Told the text with the values in their places. */
  readonly onApply: (query: string) => void;
}

/** Asks for the values of a saved query's `{{name}}` places. */
export function ParametersModal({ saved, onClose, onApply }: ParametersModalProps) {
  const [values, setValues] = useState(
    () => new Map(saved.parameters.map(({ name, defaultValue }) => [name, defaultValue ?? ""])),
  );
  return (
    <Modal
      visible
      header={`Values for ${visibleText(saved.name)}`}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button variant="primary" onClick={() => onApply(withParameters(saved.query, values))}>
              Apply
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {saved.parameters.map(({ name, description }) => (
          <FormField key={name} label={name} description={description}>
            <Input
              value={values.get(name) ?? ""}
              onChange={({ detail }) => setValues((all) => new Map(all).set(name, detail.value))}
            />
          </FormField>
        ))}
      </SpaceBetween>
    </Modal>
  );
}
