import Alert from "@cloudscape-design/components/alert";
import FormField from "@cloudscape-design/components/form-field";
import { useState } from "react";
import { useFlash } from "../../shell/flash.tsx";
import { Ask } from "./ask.tsx";
import { forEach, groupsChanged, type LogGroup, setRetention } from "./group-calls.ts";
import { retentionText } from "./retention.ts";
import { RetentionSelect } from "./retention-select.tsx";

/** Changes how long the events of groups are kept. */
export function EditRetention({
  groups,
  onClose,
}: {
  readonly groups: readonly LogGroup[];
  readonly onClose: () => void;
}) {
  const flash = useFlash();
  const [days, setDays] = useState(groups[0]?.retentionInDays);
  const names = groups.flatMap(({ logGroupName }) => logGroupName ?? []);
  const what = names.length === 1 ? (names[0] ?? "") : `${names.length} log groups`;
  const shorter = groups.some(
    ({ retentionInDays = Number.POSITIVE_INFINITY }) => (days ?? Number.POSITIVE_INFINITY) < retentionInDays,
  );
  const save = async () => {
    const failed = await forEach(names, (name) => setRetention(name, days));
    await groupsChanged();
    for (const { item, error } of failed) flash.failure(error, `Setting the retention of ${item}`);
    if (failed.length === 0) flash.success(`Retention of ${what}: ${retentionText(days)}.`);
  };
  return (
    <Ask title={`Retention of ${what}`} action="Save" onConfirm={save} onClose={onClose}>
      <FormField label="Keep events">
        <RetentionSelect days={days} onChange={setDays} />
      </FormField>
      {shorter && <Alert type="warning">Events older than that disappear at once, and are deleted within days.</Alert>}
    </Ask>
  );
}
