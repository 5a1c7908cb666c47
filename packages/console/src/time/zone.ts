import { useSyncExternalStore } from "react";

/** The zone that times are shown in: `local` is the browser's, else a name that `Intl` knows, such as `UTC` or `Europe/Berlin`. */
export type Zone = string;

const KEY = "nephoscope.zone";
const listeners = new Set<() => void>();

/** The zone in use, as a name for `Intl`. */
export function currentZone(): Zone {
  const kept = keptZone();
  return kept === "local" ? Intl.DateTimeFormat().resolvedOptions().timeZone : kept;
}

/** What was chosen: `local`, or a zone's name. */
export function keptZone(): Zone {
  const kept = window.localStorage.getItem(KEY) ?? "local";
  return kept === "local" || isZone(kept) ? kept : "local";
}

export function keepZone(zone: Zone): void {
  window.localStorage.setItem(KEY, zone);
  for (const listener of listeners) listener();
}

/** The zone in use; the component is drawn again when it changes. */
export function useZone(): Zone {
  return useSyncExternalStore((changed) => {
    listeners.add(changed);
    return () => listeners.delete(changed);
  }, currentZone);
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
