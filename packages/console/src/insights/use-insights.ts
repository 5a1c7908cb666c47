import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { setQuery } from "../shell/navigate.ts";
import { type AskedQuery, askQuery } from "./asked-query.ts";
import { isChosen } from "./group-choice.ts";
import { type QueryState, readQueryState, writeQueryState } from "./query-state.ts";
import { type BinCount, fillBins, timeOfResult } from "./time-bins.ts";
import { type QueryRun, useQueryRun } from "./use-query-run.ts";

export interface Insights {
  /** What stands in the fields of the page. */
  readonly state: QueryState;
  readonly change: (change: Partial<QueryState>) => void;
  /** Whether it can be asked. */
  readonly complete: boolean;
  /** Asks what stands in the fields, with a change first if one is given. */
  readonly ask: (change?: Partial<QueryState>) => void;
  /** The query whose answer is shown. */
  readonly asked: AskedQuery | undefined;
  readonly rows: QueryRun;
  readonly histogram: QueryRun;
  readonly bins: readonly BinCount[];
}

/** The page's query: its fields, which the address always carries, the query that was asked last, and its answer. */
export function useInsights(address: URLSearchParams): Insights {
  const [state, setState] = useState(() => readQueryState(address));
  const [asked, setAsked] = useState<AskedQuery>();
  const rows = useQueryRun();
  const histogram = useQueryRun();
  const latest = useRef(state);
  latest.current = state;

  // The address follows the fields; where it was changed otherwise, by a link or the browser's buttons, the fields follow it.
  const written = useRef(JSON.stringify(writeQueryState(state)));
  useEffect(() => {
    const values = writeQueryState(state);
    const timer = setTimeout(() => {
      written.current = JSON.stringify(values);
      setQuery({ ...values });
    }, ADDRESS_AFTER_MS);
    return () => clearTimeout(timer);
  }, [state]);
  useEffect(() => {
    const there = readQueryState(address);
    const text = JSON.stringify(writeQueryState(there));
    if (text === written.current) return;
    written.current = text;
    setState(there);
  }, [address]);

  const change = useCallback((changes: Partial<QueryState>) => setState((now) => ({ ...now, ...changes })), []);
  const { start: startRows } = rows;
  const { start: startHistogram } = histogram;
  const ask = useCallback(
    (changes: Partial<QueryState> = {}) => {
      const next = { ...latest.current, ...changes };
      if (!isComplete(next)) return;
      setState(next);
      const query = askQuery(next, Date.now());
      setAsked(query);
      startRows(query.request, query.columns.names);
      if (query.histogram !== undefined) startHistogram(query.histogram.request, ["time", "events"]);
    },
    [startRows, startHistogram],
  );

  const counted = histogram.run?.result;
  const bins = useMemo(() => {
    if (asked?.histogram === undefined) return [];
    const counts = new Map(
      (counted?.rows ?? []).flatMap(({ values: [time, events] }): [number, number][] => {
        const ms = timeOfResult(time);
        return ms === undefined ? [] : [[ms, Number(events)]];
      }),
    );
    return fillBins(asked.span, asked.histogram.bin, counts);
  }, [asked, counted]);

  return { state, change, complete: isComplete(state), ask, asked, rows, histogram, bins };
}

/** Not for every letter: browsers bound how often a page may change its address. */
const ADDRESS_AFTER_MS = 400;

const isComplete = ({ query, groups }: QueryState) => query.trim() !== "" && isChosen(groups, query);
