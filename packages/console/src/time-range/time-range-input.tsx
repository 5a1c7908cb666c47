import DateRangePicker, { type DateRangePickerProps } from "@cloudscape-design/components/date-range-picker";
import { offsetMinutes, timeWithOffset } from "../time/format.ts";
import { useZone } from "../time/zone.ts";
import { relativeText, type TimeRange, type TimeUnit } from "./time-range.ts";

export interface TimeRangeInputProps {
  readonly value: TimeRange;
  readonly onChange: (range: TimeRange) => void;
  readonly disabled?: boolean;
}

/** CloudWatch's own shortcuts, with a week for who looks back further. */
const SHORTCUTS = (
  [
    [5, "minute"],
    [30, "minute"],
    [1, "hour"],
    [3, "hour"],
    [12, "hour"],
    [1, "day"],
    [1, "week"],
  ] as const
).map(([amount, unit]) => ({ key: `${amount}-${unit}`, amount, unit, type: "relative" as const }));

const UNITS: TimeUnit[] = ["minute", "hour", "day", "week", "month"];

/** So long until now, or from one moment to another in the zone of choice. */
export function TimeRangeInput({ value, onChange, disabled = false }: TimeRangeInputProps) {
  const zone = useZone();
  return (
    <DateRangePicker
      value={shown(value, zone)}
      onChange={({ detail }) => {
        const range = chosen(detail.value);
        if (range !== undefined) onChange(range);
      }}
      relativeOptions={SHORTCUTS}
      customRelativeRangeUnits={UNITS}
      isValidRange={checked}
      getTimeOffset={(date) => offsetMinutes(date.getTime(), zone)}
      absoluteFormat="iso"
      dateInputFormat="iso"
      timeInputFormat="hh:mm:ss"
      showClearButton={false}
      disabled={disabled}
      expandToViewport
      i18nStrings={{
        ariaLabel: "Time range",
        formatRelativeRange: ({ amount, unit }) => `Last ${amount === 1 ? unit : relativeText(amount, unit)}`,
      }}
    />
  );
}

function shown(range: TimeRange, zone: string): DateRangePickerProps.Value {
  if (range.kind === "absolute") {
    return {
      type: "absolute",
      startDate: withoutMillis(range.startMs, zone),
      endDate: withoutMillis(range.endMs, zone),
    };
  }
  const { amount, unit } = range;
  return { type: "relative", key: `${amount}-${unit}`, amount, unit };
}

const withoutMillis = (ms: number, zone: string) => timeWithOffset(ms, zone).replace(/\.\d{3}/, "");

function chosen(value: DateRangePickerProps.Value | null): TimeRange | undefined {
  if (value === null) return undefined;
  if (value.type === "relative") return { kind: "relative", amount: value.amount, unit: value.unit };
  // The last second belongs to the range, to its end.
  return { kind: "absolute", startMs: Date.parse(value.startDate), endMs: Date.parse(value.endDate) + 999 };
}

function checked(value: DateRangePickerProps.Value | null): DateRangePickerProps.ValidationResult {
  const refused = (errorMessage: string) => ({ valid: false as const, errorMessage });
  if (value === null) return refused("Choose a range.");
  if (value.type === "relative") {
    return Number.isInteger(value.amount) && value.amount > 0 && value.amount < 1_000_000
      ? { valid: true }
      : refused("Enter a whole number from 1.");
  }
  const [startMs, endMs] = [Date.parse(value.startDate), Date.parse(value.endDate)];
  if (Number.isNaN(startMs) || Number.isNaN(endMs))
    return refused("Choose the dates at which the range begins and ends.");
  if (startMs > endMs) return refused("The range ends before it begins. Swap its dates, or choose others.");
  return { valid: true };
}
