import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type ReactNode, useState } from "react";
import { isCancelled } from "../../api/call-error.ts";
import { Failure } from "../../shell/failure.tsx";

export interface AskProps {
  readonly title: string;
  readonly children: ReactNode;
  /** Text of the button that does it. */
  readonly action: string;
  /** False while something is missing or wrong. */
  readonly ready?: boolean;
  /** Does it; what it throws is shown, and the dialog stays. */
  readonly onConfirm: () => Promise<void>;
  readonly onClose: () => void;
  readonly size?: "small" | "medium" | "large";
}

/** A dialog that does one thing, or shows why it could not. */
export function Ask({ title, children, action, ready = true, onConfirm, onClose, size = "medium" }: AskProps) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const confirm = async () => {
    if (!ready || busy) return;
    setBusy(true);
    setError(undefined);
    try {
      await onConfirm();
      onClose();
    } catch (failure) {
      if (!isCancelled(failure)) setError(failure);
      setBusy(false);
    }
  };
  return (
    <Modal
      visible
      size={size}
      header={title}
      onDismiss={onClose}
      closeAriaLabel="Close"
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button variant="primary" loading={busy} disabled={!ready} onClick={confirm}>
              {action}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void confirm();
        }}
      >
        <SpaceBetween size="m">
          {children}
          {error !== undefined && <Failure error={error} />}
        </SpaceBetween>
      </form>
    </Modal>
  );
}
