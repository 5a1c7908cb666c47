import { timeText, timeWithMillis, timeWithOffset } from "./format.ts";
import { useZone } from "./zone.ts";

/** A time in the zone of choice; the whole of it, with the offset, on hovering. */
export function Time({ ms, millis = false }: { readonly ms: number | undefined; readonly millis?: boolean }) {
  const zone = useZone();
  if (ms === undefined) return <>–</>;
  return (
    <time dateTime={new Date(ms).toISOString()} title={timeWithOffset(ms, zone)}>
      {millis ? timeWithMillis(ms, zone) : timeText(ms, zone)}
    </time>
  );
}
