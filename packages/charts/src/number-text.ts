const SUFFIXES = ["", "K", "M", "G", "T", "P", "E"];

/** A number for the eye, three digits or four: `0`, `12.3`, `1.25K`, `0.00042`, `1.2e-9`. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size < 1e-4) return value.toExponential(1).replace(".0e", "e");
  if (size < 1_000) return trimmed(value, size < 1 ? 3 : 4);
  const power = Math.min(SUFFIXES.length - 1, Math.floor(Math.log10(size) / 3 + 1e-12));
  const scaled = value / 1_000 ** power;
  if (Math.abs(scaled) >= 1_000_000) return value.toExponential(2);
  // 999.95K would show as 1000K.
  if (Math.abs(scaled) >= 999.5 && power < SUFFIXES.length - 1)
    return `${trimmed(scaled / 1_000, 3)}${SUFFIXES[power + 1]}`;
  return `${trimmed(scaled, 3)}${SUFFIXES[power]}`;
}

function trimmed(value: number, digits: number): string {
  return String(Number(value.toPrecision(digits)));
}

/** A number with all digits that it has, in groups of three. */
export function fullNumber(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const text = String(value);
  if (text.includes("e")) return text;
  const [whole = "", fraction] = text.split(".");
  const grouped = whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** The numbers beside an axis: all in one power and with the digits that tell one from the next. */
export function axisNumbers(ticks: readonly number[], step: number): string[] {
  const largest = Math.max(0, ...ticks.map(Math.abs));
  if (largest === 0) return ticks.map(() => "0");
  if (largest >= 1e21 || largest < 1e-6)
    return ticks.map((tick) => (tick === 0 ? "0" : tick.toExponential(1).replace(".0e", "e")));
  const power = largest < 1_000 ? 0 : Math.min(SUFFIXES.length - 1, Math.floor(Math.log10(largest) / 3 + 1e-12));
  const unit = 1_000 ** power;
  const digits = Math.max(0, Math.min(12, decimalsOf(step / unit)));
  return ticks.map((tick) => (tick === 0 ? "0" : `${trimZeros((tick / unit).toFixed(digits))}${SUFFIXES[power]}`));
}

function decimalsOf(step: number): number {
  for (let digits = 0; digits < 12; digits++) {
    const scaled = step * 10 ** digits;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6 * Math.max(1, scaled) && Math.round(scaled) > 0) return digits;
  }
  return 12;
}

const trimZeros = (text: string) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);

const SHORT_UNITS: Readonly<Record<string, string>> = {
  Percent: "%",
  Seconds: "s",
  Milliseconds: "ms",
  Microseconds: "μs",
  Bytes: "B",
  Kilobytes: "KB",
  Megabytes: "MB",
  Gigabytes: "GB",
  Terabytes: "TB",
  Bits: "b",
  "Bytes/Second": "B/s",
  "Bits/Second": "b/s",
  "Count/Second": "/s",
};

/** A unit behind a number: short where it has a short form, nothing for plain numbers. */
export function unitText(unit: string | undefined): string {
  if (unit === undefined || unit === "None" || unit === "Count") return "";
  return SHORT_UNITS[unit] ?? unit;
}
