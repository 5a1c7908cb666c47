import type { Clock } from "../../../platform/clock/clock.ts";

/** Pages kept at once; each has up to 100,800 datapoints, about 4 MB. */
const KEPT = 8;
/** Who goes on reading comes at once; a page that nobody fetched would only grow old. */
const LIFE_MS = 2_000;

/**
 * Pages that are read while the page before is on its way to the client, so that the engine and the client work at the same time.
 * A page is given away once, within two seconds.
 */
export interface ReadAhead<Page> {
  /** Begins to read the page of a token. Does nothing when as many are kept as may be. */
  begin(token: string, read: (signal: AbortSignal) => Promise<Page>): void;
  /** The page, if it was begun. It may reject, as the reading would have. */
  take(token: string): Promise<Page> | undefined;
}

export function createReadAhead<Page>(clock: Clock): ReadAhead<Page> {
  const kept = new Map<string, { readonly page: Promise<Page>; readonly forget: () => void }>();
  return {
    begin(token, read) {
      if (kept.size >= KEPT || kept.has(token)) return;
      const stop = new AbortController();
      const page = read(stop.signal);
      // Told to whoever takes it; nobody may.
      page.catch(() => {});
      const forget = clock.after(LIFE_MS, () => {
        kept.delete(token);
        stop.abort();
      });
      kept.set(token, { page, forget });
    },
    take(token) {
      const entry = kept.get(token);
      entry?.forget();
      kept.delete(token);
      return entry?.page;
    },
  };
}
