/** Digits that a number is shown with, as far as they are not all before the decimal point. */
const SIGNIFICANT_DIGITS = 5;
/** Smaller numbers are shown with an exponent, larger ones too. */
const SMALLEST_PLAIN = 1e-4;
const LARGEST_PLAIN = 1e15;

/** `1234567`, `1234.6`, `0.012346`, `1.2346e-7`: at most five significant digits, but all digits before the point. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size < SMALLEST_PLAIN || size >= LARGEST_PLAIN) return String(Number(value.toPrecision(SIGNIFICANT_DIGITS)));
  const digitsBefore = Math.floor(Math.log10(size)) + 1;
  const decimals = Math.min(Math.max(SIGNIFICANT_DIGITS - digitsBefore, 0), 20);
  return String(Number(value.toFixed(decimals)));
}

/** `1d 2h 3m 4s`, without the units that are 0; whole seconds, and no sign. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.round(Math.abs(milliseconds) / 1_000);
  const units = [
    `${Math.floor(seconds / 86_400)}d`,
    `${Math.floor(seconds / 3_600) % 24}h`,
    `${Math.floor(seconds / 60) % 60}m`,
    `${seconds % 60}s`,
  ].filter((unit) => !/^0/.test(unit));
  return units.length === 0 ? "0s" : units.join(" ");
}

/** `2026-11-21 14:05:00 UTC`, or `… UTC+01:30` in another zone. */
export function formatTime(timestamp: number, zoneMinutes: number): string {
  const text = new Date(timestamp + zoneMinutes * 60_000).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 19)} UTC${zoneMinutes === 0 ? "" : zoneText(zoneMinutes)}`;
}

function zoneText(minutes: number): string {
  const size = Math.abs(minutes);
  const two = (number: number) => String(number).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** The minutes ahead of UTC of `LabelOptions.Timezone`, such as `+0130`; undefined if it is not written so. */
export function parseLabelTimezone(text: string): number | undefined {
  const [, sign, hours, minutes] = /^([+-])(\d{2})([0-5]\d)$/.exec(text) ?? [];
  if (hours === undefined || minutes === undefined || Number(hours) > 14) return undefined;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) + 0;
}
