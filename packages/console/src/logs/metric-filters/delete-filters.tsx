import Box from "@cloudscape-design/components/box";
import { logs } from "../../api/services.ts";
import { visibleText } from "../../result-table/visible-text.ts";
import { useFlash } from "../../shell/flash.tsx";
import { Ask } from "../groups/ask.tsx";
import { forEach } from "../groups/group-calls.ts";
import { filtersChanged } from "./filter-calls.ts";

/** Deletes metric filters; what their metrics have stays. */
export function DeleteFilters({
  group,
  names,
  onDone,
  onClose,
}: {
  readonly group: string;
  readonly names: readonly string[];
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const flash = useFlash();
  const what =
    names.length === 1 ? `the metric filter ${visibleText(names[0] ?? "")}` : `${names.length} metric filters`;
  const remove = async () => {
    const failed = await forEach(names, (filterName) =>
      logs("DeleteMetricFilter", { logGroupName: group, filterName }),
    );
    await filtersChanged(group);
    for (const { item, error } of failed) flash.failure(error, `Deleting ${visibleText(item)}`);
    if (failed.length === 0) flash.success(`Deleted: ${what}.`);
    onDone();
  };
  return (
    <Ask title={`Delete ${what}?`} action="Delete" onConfirm={remove} onClose={onClose}>
      <Box>No new values are made. The values that the metric has stay.</Box>
    </Ask>
  );
}
