import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";
import { logs } from "../../api/services.ts";
import { useFlash } from "../../shell/flash.tsx";
import { bytesText } from "../../time/format.ts";
import { Ask } from "./ask.tsx";
import { forEach, groupsChanged, type LogGroup } from "./group-calls.ts";

/** What has to be typed, as nothing brings events back. */
const WORD = "delete";

/** Deletes groups with all their events, after a word was typed. */
export function DeleteGroups({
  groups,
  onClose,
  onDeleted,
}: {
  readonly groups: readonly LogGroup[];
  readonly onClose: () => void;
  readonly onDeleted: () => void;
}) {
  const flash = useFlash();
  const [typed, setTyped] = useState("");
  const names = groups.flatMap(({ logGroupName }) => logGroupName ?? []);
  const bytes = groups.reduce((sum, { storedBytes }) => sum + (storedBytes ?? 0), 0);
  const what = names.length === 1 ? `the log group ${names[0]}` : `${names.length} log groups`;
  const remove = async () => {
    const failed = await forEach(names, (logGroupName) => logs("DeleteLogGroup", { logGroupName }));
    // First away from what is gone, so that nothing of it is asked for again.
    onDeleted();
    await groupsChanged();
    for (const { item, error } of failed) flash.failure(error, `Deleting ${item}`);
    const gone = names.length - failed.length;
    if (gone > 0)
      flash.success(gone === 1 && names.length === 1 ? `${names[0]} was deleted.` : `${gone} log groups were deleted.`);
  };
  return (
    <Ask
      title={`Delete ${what}?`}
      action="Delete"
      ready={typed.trim().toLowerCase() === WORD}
      onConfirm={remove}
      onClose={onClose}
    >
      <Alert type="warning">
        All events in {names.length === 1 ? "it" : "them"} ({bytesText(bytes)}) are deleted for good, with streams and
        metric filters.
      </Alert>
      {names.length > 1 && (
        <Box>
          {names.slice(0, 10).join(", ")}
          {names.length > 10 && ` and ${names.length - 10} more`}
        </Box>
      )}
      <FormField label={`To confirm, type ${WORD}`}>
        <Input
          value={typed}
          onChange={({ detail }) => setTyped(detail.value)}
          placeholder={WORD}
          autoFocus
          autoComplete={false}
        />
      </FormField>
    </Ask>
  );
}
