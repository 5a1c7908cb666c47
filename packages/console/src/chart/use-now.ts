import { useEffect, useState } from "react";

/** The time, read again every so many milliseconds while the page is in sight; and a way to read it now. */
export function useNow(everyMs: number | undefined): readonly [now: number, refresh: () => void] {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (everyMs === undefined) return;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") setNow(Date.now());
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return [now, () => setNow(Date.now())];
}
