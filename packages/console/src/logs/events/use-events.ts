import { useCallback, useEffect, useRef, useState } from "react";
import { isCancelled } from "../../api/call-error.ts";
import { logs } from "../../api/services.ts";
import { joined, type LogEvent } from "./event-list.ts";
import { AHEAD_MS, type EventQuery, eventsCall, type Slice, slicesOf } from "./event-query.ts";

/** The events of a query as they are loaded: a first page, and more at either end when asked. */
export interface Events {
  /** Oldest first. */
  readonly events: readonly LogEvent[];
  readonly loading: "first" | "older" | "newer" | undefined;
  readonly error: unknown;
  /** Whether there may be more at that end. */
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
  older(): void;
  newer(): void;
  reload(): void;
}

/** How often new events are looked for while following. */
const FOLLOW_MS = 2_000;
/** Who turns following on should not wait for the first look. */
const FIRST_LOOK_MS = 400;

interface Loaded {
  readonly events: readonly LogEvent[];
  readonly olderToken: string | undefined;
  readonly hasOlder: boolean;
  readonly newerToken: string | undefined;
  readonly hasNewer: boolean;
}

const NOTHING: Loaded = { events: [], olderToken: undefined, hasOlder: false, newerToken: undefined, hasNewer: false };

export function useEvents(query: EventQuery, follow: boolean, now: () => number = Date.now): Events {
  const [loaded, setLoaded] = useState<Loaded>(NOTHING);
  const [loading, setLoading] = useState<Events["loading"]>("first");
  const [error, setError] = useState<unknown>();
  const [round, setRound] = useState(0);
  const key = JSON.stringify([query.group, query.stream, query.pattern, query.range, query.at]);
  const current = useRef({ key: "", abort: new AbortController(), slices: slicesOf(query, now()) });
  const asked = useRef(query);
  asked.current = query;

  const run = useCallback(
    async (what: NonNullable<Events["loading"]>, load: (signal: AbortSignal) => Promise<void>) => {
      const { abort } = current.current;
      setLoading(what);
      setError(undefined);
      try {
        await load(abort.signal);
      } catch (failure) {
        if (!isCancelled(failure)) setError(failure);
      } finally {
        if (!abort.signal.aborted) setLoading(undefined);
      }
    },
    [],
  );

  // A new query starts anew; what runs for the old one is given up.
  useEffect(() => {
    const abort = new AbortController();
    const slices = slicesOf(asked.current, now());
    current.current = { key: `${key} ${round}`, abort, slices };
    setLoaded(NOTHING);
    void run("first", async (signal) => {
      const { older, newer } = slices;
      const before = older === undefined ? undefined : await pageOf(asked.current, older, undefined, signal);
      const after = newer === undefined ? undefined : await pageOf(asked.current, newer, undefined, signal);
      if (signal.aborted) return;
      setLoaded({
        events: joined([], [...(before?.events ?? []), ...(after?.events ?? [])]),
        olderToken: before?.nextToken,
        hasOlder: before?.nextToken !== undefined,
        newerToken: after?.nextToken,
        hasNewer: after?.nextToken !== undefined,
      });
    });
    return () => abort.abort();
  }, [key, round, now, run]);

  const more = useCallback(
    (end: "older" | "newer") => {
      const slice = current.current.slices[end];
      const token = end === "older" ? loaded.olderToken : loaded.newerToken;
      if (slice === undefined || token === undefined) return;
      void run(end, async (signal) => {
        const page = await pageOf(asked.current, slice, token, signal);
        if (signal.aborted) return;
        setLoaded((before) => ({
          ...before,
          events: joined(before.events, page.events),
          ...(end === "older"
            ? { olderToken: page.nextToken, hasOlder: page.nextToken !== undefined }
            : { newerToken: page.nextToken, hasNewer: page.nextToken !== undefined }),
        }));
      });
    },
    [loaded.olderToken, loaded.newerToken, run],
  );

  // Following asks for what came since the last event; events come late too, so it looks back a little.
  const newest = useRef(0);
  newest.current = loaded.events.at(-1)?.timestamp ?? 0;
  useEffect(() => {
    if (!follow) return;
    const { abort } = current.current;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stopped = false;
    const look = async () => {
      try {
        const from = Math.max(newest.current - LATE_MS, now() - FOLLOW_BACK_MS);
        const slice = { startMs: from, endMs: now() + AHEAD_MS, newestFirst: false };
        let token: string | undefined;
        do {
          const page = await pageOf(asked.current, slice, token, abort.signal);
          if (stopped) return;
          setLoaded((before) => ({ ...before, events: joined(before.events, page.events) }));
          token = page.nextToken;
        } while (token !== undefined);
        setError(undefined);
      } catch (failure) {
        if (!isCancelled(failure)) setError(failure);
      }
      if (!stopped && !abort.signal.aborted) timer = setTimeout(look, FOLLOW_MS);
    };
    timer = setTimeout(look, FIRST_LOOK_MS);
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [follow, now]);

  return {
    events: loaded.events,
    loading,
    error,
    hasOlder: loaded.hasOlder,
    hasNewer: loaded.hasNewer,
    older: () => more("older"),
    newer: () => more("newer"),
    reload: () => setRound((before) => before + 1),
  };
}

/** Events with earlier times than the newest arrive for some seconds. */
const LATE_MS = 10_000;
/** Who follows a quiet log wants what comes, not what was there before. */
const FOLLOW_BACK_MS = 60_000;
/** A page with events, or the last one: where few events fit, pages may be empty, and the next is asked for. */
async function pageOf(
  query: EventQuery,
  slice: Slice,
  token: string | undefined,
  signal: AbortSignal,
): Promise<{ readonly events: readonly LogEvent[]; readonly nextToken: string | undefined }> {
  const events: LogEvent[] = [];
  let nextToken = token;
  do {
    const page = await logs("FilterLogEvents", eventsCall(query, slice, nextToken), signal);
    for (const event of page.events ?? []) {
      events.push({
        id: event.eventId ?? "",
        timestamp: event.timestamp ?? 0,
        ingestionTime: event.ingestionTime ?? 0,
        stream: event.logStreamName ?? "",
        message: event.message ?? "",
      });
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined && events.length === 0);
  return { events, nextToken };
}
