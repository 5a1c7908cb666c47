import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { LogText } from "../result-table/log-text.tsx";
import { Failure } from "../shell/failure.tsx";
import { type SavedQuery, useDeleteQuery } from "./saved-queries.ts";

/** Asks once more, because a deleted query does not come back. */
export function DeleteQuery({ saved, onClose }: { readonly saved: SavedQuery; readonly onClose: () => void }) {
  const remove = useDeleteQuery();
  return (
    <Modal
      visible
      header="Delete saved query"
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button
              variant="primary"
              loading={remove.isPending}
              onClick={() => remove.mutate(saved.id, { onSuccess: onClose })}
            >
              Delete
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="s">
        <div>
          Delete{" "}
          <strong>
            <LogText text={saved.name} />
          </strong>
          ? It can not be brought back.
        </div>
        {remove.isError && <Failure error={remove.error} />}
      </SpaceBetween>
    </Modal>
  );
}
