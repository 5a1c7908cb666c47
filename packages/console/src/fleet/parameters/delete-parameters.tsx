import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import { useFlash } from "../../shell/flash.tsx";
import { ssm } from "../ssm.ts";
import { TypedDeletion } from "../typed-deletion.tsx";
import { parametersChanged } from "./parameter-calls.ts";

/** As many as DeleteParameters takes at once. */
const AT_ONCE = 10;
const NAMED = 10;

/** Deletes parameters with all their versions, after a word was typed. */
export function DeleteParameters({
  names,
  onDeleted,
  onClose,
}: {
  readonly names: readonly string[];
  readonly onDeleted: () => void;
  readonly onClose: () => void;
}) {
  const flash = useFlash();
  const what = names.length === 1 ? `the parameter ${names[0]}` : `${names.length} parameters`;
  const remove = async () => {
    for (let from = 0; from < names.length; from += AT_ONCE) {
      await ssm("DeleteParameters", { Names: names.slice(from, from + AT_ONCE) });
    }
    onDeleted();
    await parametersChanged();
    flash.success(names.length === 1 ? `${names[0]} was deleted.` : `${names.length} parameters were deleted.`);
  };
  return (
    <TypedDeletion title={`Delete ${what}?`} word="delete" action="Delete" onConfirm={remove} onClose={onClose}>
      <Alert type="warning">
        All versions are deleted for good. Agents that read {names.length === 1 ? "it" : "them"} keep what they have,
        and find nothing the next time.
      </Alert>
      {names.length > 1 && (
        <Box>
          {names.slice(0, NAMED).join(", ")}
          {names.length > NAMED && ` and ${names.length - NAMED} more`}
        </Box>
      )}
    </TypedDeletion>
  );
}
