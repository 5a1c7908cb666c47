import { useSyncExternalStore } from "react";
import type { QueryValues } from "./route.ts";

/** Opens the page at an address made by `href`, as a link does. */
export function navigate(address: string): void {
  window.location.hash = address;
}

/**
 * Changes values of the query of the page that is open, without a new entry in the browser's history and without loading the page
 * again; `undefined` takes a value out. For what a shared address has to carry: a filter, a range, a chosen tab.
 */
export function setQuery(values: QueryValues): void {
  const [path = "", search = ""] = window.location.hash.split("?");
  const query = new URLSearchParams(search);
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === "") query.delete(name);
    else query.set(name, String(value));
  }
  const hash = `${path || "#/"}${query.size === 0 ? "" : `?${query}`}`;
  if (hash === window.location.hash) return;
  window.history.replaceState(window.history.state, "", hash);
  // Replacing the state tells nobody; `useHash` listens to this event.
  window.dispatchEvent(new HashChangeEvent("hashchange"));
}

/** The part of the address behind the `#`, with it. */
export function useHash(): string {
  return useSyncExternalStore(
    (changed) => {
      window.addEventListener("hashchange", changed);
      return () => window.removeEventListener("hashchange", changed);
    },
    () => window.location.hash,
  );
}
