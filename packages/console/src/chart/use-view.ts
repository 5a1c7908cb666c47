import { type RefObject, useEffect, useRef, useState } from "react";
import type { Span } from "../time-range/time-range.ts";
import { moved, zoomed } from "./view-range.ts";

/** How long the wheel rests before the range counts as chosen: each turn would ask for data again. */
const WHEEL_RESTS_MS = 250;
/** So much of the range is in sight after a wheel's turn of a hundred pixels. */
const WHEEL_ZOOM = 0.8;

export interface View {
  /** What is in sight: the graph's own range, or where somebody is moving it to. */
  readonly span: Span;
  /** Shows another range without telling anybody. */
  readonly show: (span: Span) => void;
  /** Shows it, and tells that it is chosen. */
  readonly take: (span: Span) => void;
  /** Back to the graph's own range. */
  readonly reset: () => void;
}

/**
 * The range that a graph shows while it is moved by hand, before its data are there. The wheel zooms with Ctrl and moves with Shift, or
 * sideways.
 */
export function useView(
  { startMs, endMs }: Span,
  element: RefObject<HTMLElement | null>,
  /** The time at a place of the page. */
  timeAt: (clientX: number) => number,
  onRange: ((span: Span) => void) | undefined,
): View {
  // What was moved to counts until the graph's own range is that, or another was chosen elsewhere.
  const [own, setOwn] = useState<{ readonly of: string; readonly span: Span }>();
  const range = `${startMs} ${endMs}`;
  const span = own?.of === range ? own.span : { startMs, endMs };
  const show = (next: Span) => setOwn({ of: range, span: next });
  const latest = useRef({ span, show, timeAt, onRange });
  latest.current = { span, show, timeAt, onRange };
  const take = (next: Span) => {
    show(next);
    onRange?.({ startMs: Math.round(next.startMs), endMs: Math.round(next.endMs) });
  };
  useEffect(() => {
    const place = element.current;
    if (place === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const turn = (event: WheelEvent) => {
      const { span: now, show: put, timeAt: at, onRange: tell } = latest.current;
      const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
      if (tell === undefined || (!event.ctrlKey && Math.abs(sideways) <= (event.shiftKey ? 0 : Math.abs(event.deltaY))))
        return;
      event.preventDefault();
      put(
        event.ctrlKey
          ? zoomed(now, at(event.clientX), WHEEL_ZOOM ** (-event.deltaY / 100))
          : moved(now, ((now.endMs - now.startMs) * sideways) / Math.max(1, place.clientWidth), Date.now()),
      );
      clearTimeout(timer);
      timer = setTimeout(() => {
        const { span: rested } = latest.current;
        tell({ startMs: Math.round(rested.startMs), endMs: Math.round(rested.endMs) });
      }, WHEEL_RESTS_MS);
    };
    // React's own listeners can not keep the page from scrolling.
    place.addEventListener("wheel", turn, { passive: false });
    return () => {
      clearTimeout(timer);
      place.removeEventListener("wheel", turn);
    };
  }, [element]);
  return { span, show, take, reset: () => setOwn(undefined) };
}
