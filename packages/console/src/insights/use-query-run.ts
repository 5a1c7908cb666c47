import { useCallback, useEffect, useRef, useState } from "react";
import { isCancelled } from "../api/call-error.ts";
import { queryCalls } from "./logs-calls.ts";
import { fetchRest, isUnderWay, type QueryRequest, type Run, runQuery } from "./run-query.ts";

export interface QueryRun {
  /** The last state of the newest query; undefined before the first. */
  readonly run: Run | undefined;
  readonly error: unknown;
  /** Starts a query; one that is under way is stopped. `planned` are its columns, in their order. */
  readonly start: (request: QueryRequest, planned: readonly string[]) => void;
  /** Stops the query at the server; what it found stays. */
  readonly cancel: () => void;
  /** Fetches the rows that were left with the server. */
  readonly loadRest: () => void;
}

/** Runs queries one after the other, and stops the one under way when the component goes. */
export function useQueryRun(): QueryRun {
  const [run, setRun] = useState<Run>();
  const [error, setError] = useState<unknown>();
  const current = useRef<AbortController>(undefined);
  const latest = useRef(run);
  latest.current = run;

  const begin = useCallback((work: (changed: (run: Run) => void, signal: AbortSignal) => Promise<unknown>) => {
    current.current?.abort();
    const stop = new AbortController();
    current.current = stop;
    setError(undefined);
    const changed = (state: Run) => {
      if (!stop.signal.aborted) setRun(state);
    };
    work(changed, stop.signal).catch((failure: unknown) => {
      if (stop.signal.aborted || isCancelled(failure)) return;
      setError(failure);
      setRun((state) => (state === undefined || !isUnderWay(state) ? state : { ...state, status: "Failed" }));
    });
  }, []);

  const start = useCallback(
    (request: QueryRequest, planned: readonly string[]) =>
      begin((changed, signal) => runQuery(queryCalls, request, planned, changed, signal)),
    [begin],
  );

  const loadRest = useCallback(() => {
    const state = latest.current;
    if (state?.rest !== undefined) begin((changed, signal) => fetchRest(queryCalls, state, changed, signal));
  }, [begin]);

  const cancel = useCallback(() => {
    const state = latest.current;
    if (state?.queryId === undefined || !isUnderWay(state)) return;
    // It may have ended meanwhile; then its rows are on their way.
    queryCalls.stop(state.queryId).catch(() => {});
  }, []);

  useEffect(() => () => current.current?.abort(), []);
  return { run, error, start, cancel, loadRest };
}
