import Select from "@cloudscape-design/components/select";
import { RETENTION_DAYS, retentionText } from "./retention.ts";

const OPTIONS = [undefined, ...RETENTION_DAYS].map((days) => ({
  value: days === undefined ? "never" : String(days),
  label: retentionText(days),
}));

/** How long events are kept, in days; undefined for always. */
export function RetentionSelect({
  days,
  onChange,
}: {
  readonly days: number | undefined;
  readonly onChange: (days: number | undefined) => void;
}) {
  return (
    <Select
      selectedOption={OPTIONS.find(({ value }) => value === (days === undefined ? "never" : String(days))) ?? null}
      options={OPTIONS}
      onChange={({ detail }) => {
        const { value } = detail.selectedOption;
        onChange(value === "never" ? undefined : Number(value));
      }}
      expandToViewport
    />
  );
}
