const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Where a moment lies in the local day and week. */
export interface LocalTime {
  /** Milliseconds since 1970 as a local clock shows them. */
  local(timestamp: number): number;
}

/** The time of a zone of the tz database, such as `Europe/Vienna`. @throws RangeError for an unknown zone */
export function localTime(zone: string): LocalTime {
  if (zone === "UTC") return { local: (timestamp) => timestamp };
  const format = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" });
  // Clocks change at whole quarters of an hour, so what one has found holds for the others in it.
  const offsets = new Map<number, number>();
  const offset = (quarter: number) => {
    const known = offsets.get(quarter);
    if (known !== undefined) return known;
    const name = format.formatToParts(quarter * QUARTER_MS).find(({ type }) => type === "timeZoneName")?.value ?? "";
    const [, sign, hours = "0", minutes = "0"] = /([+-])(\d{2}):(\d{2})/.exec(name) ?? [];
    const found = (sign === "-" ? -1 : 1) * (Number(hours) * HOUR_MS + Number(minutes) * 60_000);
    if (offsets.size === REMEMBERED_QUARTERS) offsets.clear();
    offsets.set(quarter, found);
    return found;
  };
  return { local: (timestamp) => timestamp + offset(Math.floor(timestamp / QUARTER_MS)) };
}

const QUARTER_MS = 900_000;
/** A year and a half of them. */
const REMEMBERED_QUARTERS = 50_000;

/** Milliseconds since the local midnight. */
export function timeOfDay(local: number): number {
  return ((local % DAY_MS) + DAY_MS) % DAY_MS;
}

/** 0 is Monday, 6 is Sunday. */
export function dayOfWeek(local: number): number {
  // 1 January 1970 was a Thursday.
  return (((Math.floor(local / DAY_MS) + 3) % 7) + 7) % 7;
}

/** Days since 1970 by the local calendar. */
export function dayNumber(local: number): number {
  return Math.floor(local / DAY_MS);
}
