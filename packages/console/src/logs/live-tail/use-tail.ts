import { useCallback, useEffect, useRef, useState } from "react";
import { isCancelled } from "../../api/call-error.ts";
import { readEventStream } from "../../api/event-stream.ts";
import { sendJson } from "../../api/json-client.ts";
import { logsService } from "../../api/services.ts";
import { groupArn, groupNamed } from "../groups/group-calls.ts";
import { eventsOf, MOST_TAIL_EVENTS, type TailEvent, type TailQuery } from "./tail-state.ts";

export interface Tail {
  readonly state: "stopped" | "starting" | "running";
  readonly events: readonly TailEvent[];
  /** All that came since the start, also what is not held any more. */
  readonly count: number;
  /** In some second more came than a session brings (500). */
  readonly sampled: boolean;
  /** When the session began, in milliseconds since 1970. */
  readonly since: number | undefined;
  readonly error: unknown;
  start(query: TailQuery): void;
  stop(): void;
  clear(): void;
}

/** A Live Tail session, ended when its page is left. */
export function useTail(): Tail {
  const [state, setState] = useState<Tail["state"]>("stopped");
  const [events, setEvents] = useState<readonly TailEvent[]>([]);
  const [count, setCount] = useState(0);
  const [sampled, setSampled] = useState(false);
  const [since, setSince] = useState<number>();
  const [error, setError] = useState<unknown>();
  const abort = useRef<AbortController>(undefined);
  const numbers = useRef(0);

  const stop = useCallback(() => {
    abort.current?.abort();
    setState("stopped");
  }, []);
  useEffect(() => () => abort.current?.abort(), []);

  const listen = useCallback(async (query: TailQuery, { signal }: AbortController) => {
    try {
      const chunks = await open(query, signal);
      setState("running");
      setSince(Date.now());
      for await (const { type, body } of readEventStream(chunks)) {
        if (type !== "sessionUpdate") continue;
        const update = eventsOf(body, () => ++numbers.current);
        setSampled(update.sampled);
        if (update.events.length === 0) continue;
        setCount((before) => before + update.events.length);
        setEvents((before) => [...before, ...update.events].slice(-MOST_TAIL_EVENTS));
      }
      setState("stopped");
    } catch (failure) {
      if (signal.aborted || isCancelled(failure)) return;
      setError(failure);
      setState("stopped");
    }
  }, []);

  const start = useCallback(
    (query: TailQuery) => {
      abort.current?.abort();
      abort.current = new AbortController();
      setState("starting");
      setError(undefined);
      setSampled(false);
      void listen(query, abort.current);
    },
    [listen],
  );

  const clear = useCallback(() => {
    setEvents([]);
    setCount(0);
  }, []);
  return { state, events, count, sampled, since, error, start, stop, clear };
}

/** Opens the session. The API takes groups by their ARNs. */
async function open(query: TailQuery, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
  const arns = await Promise.all(
    query.groups.map(async (name) => {
      const group = await groupNamed(name, signal);
      if (group === undefined) throw new Error(`There is no log group ${name} in this region.`);
      return groupArn(group);
    }),
  );
  const response = await sendJson(
    logsService,
    "StartLiveTail",
    {
      logGroupIdentifiers: arns,
      ...(query.streams.length > 0 && query.groups.length === 1 && { logStreamNamePrefixes: query.streams }),
      ...(query.pattern !== "" && { logEventFilterPattern: query.pattern }),
    },
    signal,
  );
  if (response.body === null) throw new Error("The server gave no stream.");
  return chunksOf(response.body);
}

/** Not every browser can iterate a stream. */
async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
