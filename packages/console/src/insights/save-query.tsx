import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { Failure } from "../shell/failure.tsx";
import { type SavedQuery, useSavedQueries, useSaveQuery } from "./saved-queries.ts";

export interface SaveQueryProps {
  readonly query: string;
  /** The groups that are chosen by name, if any are. */
  readonly groups: readonly string[];
  /** The saved query that is in the editor, if it is one. */
  readonly opened: SavedQuery | undefined;
  readonly onClose: () => void;
  readonly onSaved: (name: string) => void;
}

const LONGEST_NAME = 255;

/** Asks for a name and saves the query under it; under a name that is taken it replaces what is there. */
export function SaveQuery({ query, groups, opened, onClose, onSaved }: SaveQueryProps) {
  const [name, setName] = useState(opened?.name ?? "");
  const [withGroups, setWithGroups] = useState(groups.length > 0);
  const saved = useSavedQueries();
  const save = useSaveQuery();
  const same = saved.data?.find((each) => each.name === name.trim());
  const wrong = name.trim() === "" || name.length > LONGEST_NAME;
  const submit = () => {
    if (wrong) return;
    save.mutate(
      {
        id: same?.id,
        name: name.trim(),
        query,
        groups: withGroups ? groups : [],
        parameters: same?.parameters ?? opened?.parameters ?? [],
      },
      { onSuccess: () => onSaved(name.trim()) },
    );
  };
  return (
    <Modal
      visible
      header="Save query"
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button variant="primary" disabled={wrong} loading={save.isPending} onClick={submit}>
              {same === undefined ? "Save" : "Replace"}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <SpaceBetween size="m">
          <FormField
            label="Name"
            description="A slash makes a folder, as in web/errors."
            constraintText={same === undefined ? undefined : "There is a query of this name. Saving replaces it."}
            errorText={name.length > LONGEST_NAME ? `A name has at most ${LONGEST_NAME} characters.` : undefined}
          >
            <Input value={name} onChange={({ detail }) => setName(detail.value)} autoFocus />
          </FormField>
          {groups.length > 0 && (
            <Checkbox checked={withGroups} onChange={({ detail }) => setWithGroups(detail.checked)}>
              With the {groups.length === 1 ? "log group" : `${groups.length} log groups`} that{" "}
              {groups.length === 1 ? "is" : "are"} chosen
            </Checkbox>
          )}
          {save.isError && <Failure error={save.error} />}
        </SpaceBetween>
      </form>
    </Modal>
  );
}
