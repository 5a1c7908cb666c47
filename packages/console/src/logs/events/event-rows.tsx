import Button from "@cloudscape-design/components/button";
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, type ReactNode, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { MarkedText } from "../../log-text/marked-text.tsx";
import { visibleText } from "../../result-table/visible-text.ts";
import { timeWithMillis, timeWithOffset } from "../../time/format.ts";
import { useZone } from "../../time/zone.ts";
import { EventDetails } from "./event-details.tsx";
import type { LogEvent } from "./event-list.ts";
import "./event-rows.css";

export interface EventRowsProps {
  readonly label: string;
  readonly events: readonly LogEvent[];
  /** Name of an event's group where there are several; undefined where the page tells it. */
  readonly groupOf?: (event: LogEvent) => string | undefined;
  readonly showStream: boolean;
  readonly wrap: boolean;
  /** Words to mark. */
  readonly terms?: readonly string[];
  /** The event that stands out, and is scrolled to when it comes. */
  readonly marked?: string | undefined;
  /** Keeps the newest event in sight. */
  readonly stick?: boolean;
  /** Called when somebody scrolls away from the newest event, and back. */
  readonly onStick?: (sticks: boolean) => void;
  /** Address of the events around one; undefined where that can not be shown. */
  readonly contextOf?: (event: LogEvent) => string;
  /** What stands before the first and after the last event. */
  readonly top?: ReactNode;
  readonly bottom?: ReactNode;
}

/** Height of a row of one line, in pixels. */
const LINE = 28;
/** So near to the end counts as at the end. */
const AT_END = 40;

/** Events under one another, of which only those in sight are drawn; each opens to its whole text. */
export function EventRows({ events, marked, stick = false, onStick, top, bottom, ...shown }: EventRowsProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set(marked === undefined ? [] : [marked]));
  const rows = useVirtualizer({
    count: events.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE,
    getItemKey: (index) => events[index]?.id ?? index,
    overscan: 20,
  });

  // What comes before must not push away what somebody reads; what comes after is followed where that was asked.
  const first = useRef<{ readonly id: string | undefined; readonly count: number }>({ id: undefined, count: 0 });
  useLayoutEffect(() => {
    const element = scroller.current;
    const before = first.current;
    first.current = { id: events[0]?.id, count: events.length };
    if (element === null || events.length === 0) return;
    if (before.count === 0) {
      const place = marked === undefined ? -1 : events.findIndex(({ id }) => id === marked);
      if (place >= 0) rows.scrollToIndex(place, { align: "center" });
      else rows.scrollToIndex(events.length - 1, { align: "end" });
      return;
    }
    if (stick) {
      rows.scrollToIndex(events.length - 1, { align: "end" });
      return;
    }
    if (before.id !== undefined && before.id !== events[0]?.id) {
      const place = events.findIndex(({ id }) => id === before.id);
      if (place > 0) element.scrollTop += place * LINE;
    }
  }, [events, marked, stick, rows]);

  const toggle = useCallback(
    (id: string) =>
      setOpen((all) => {
        const next = new Set(all);
        if (!next.delete(id)) next.add(id);
        return next;
      }),
    [],
  );
  // A click on the text does what the button before it does; a selection of the text is no click.
  useEffect(() => {
    const clicked = ({ target }: MouseEvent) => {
      const id = target instanceof Element ? target.closest<HTMLElement>("[data-event]")?.dataset.event : undefined;
      if (id !== undefined && window.getSelection()?.isCollapsed !== false) toggle(id);
    };
    const element = scroller.current;
    element?.addEventListener("click", clicked);
    return () => element?.removeEventListener("click", clicked);
  }, [toggle]);
  const scrolled = () => {
    const element = scroller.current;
    if (element === null || onStick === undefined) return;
    onStick(element.scrollHeight - element.scrollTop - element.clientHeight < AT_END);
  };

  return (
    <section
      className="event-rows"
      ref={scroller}
      aria-label={shown.label}
      onWheel={scrolled}
      onKeyUp={scrolled}
      onTouchMove={scrolled}
    >
      {top}
      <div className="event-rows-all" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((item) => {
          const event = events[item.index];
          return (
            event && (
              <div
                key={item.key}
                ref={rows.measureElement}
                data-index={item.index}
                className="event-rows-place"
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <Row event={event} open={open.has(event.id)} marked={event.id === marked} toggle={toggle} {...shown} />
              </div>
            )
          );
        })}
      </div>
      {bottom}
    </section>
  );
}

interface RowProps extends Pick<EventRowsProps, "groupOf" | "showStream" | "wrap" | "terms" | "contextOf"> {
  readonly event: LogEvent;
  readonly open: boolean;
  readonly marked: boolean;
  readonly toggle: (id: string) => void;
}

const NO_TERMS: readonly string[] = [];
/** A closed row shows no more of a message than a window can. */
const SHOWN_OF_CLOSED = 2_000;

const Row = memo(function Row({
  event,
  open,
  marked,
  toggle,
  groupOf,
  showStream,
  wrap,
  terms = NO_TERMS,
  contextOf,
}: RowProps) {
  const zone = useZone();
  const group = groupOf?.(event);
  const time = timeWithMillis(event.timestamp, zone);
  return (
    <article className={`event-row${marked ? " event-row-marked" : ""}`}>
      <div className={`event-row-line${wrap ? " event-row-wraps" : ""}`}>
        <Button
          variant="inline-icon"
          iconName={open ? "caret-down-filled" : "caret-right-filled"}
          ariaLabel={`${open ? "Close" : "Open"} the event of ${time}`}
          ariaExpanded={open}
          onClick={() => toggle(event.id)}
        />
        <time
          className="event-row-time"
          dateTime={new Date(event.timestamp).toISOString()}
          title={timeWithOffset(event.timestamp, zone)}
        >
          {time}
        </time>
        {group !== undefined && (
          <span className="event-row-origin" title={group}>
            {group}
          </span>
        )}
        {showStream && (
          <span className="event-row-origin" title={visibleText(event.stream)}>
            {visibleText(event.stream)}
          </span>
        )}
        <span className="event-row-message" data-event={event.id}>
          <MarkedText text={wrap ? event.message : event.message.slice(0, SHOWN_OF_CLOSED)} terms={terms} />
        </span>
      </div>
      {open && <EventDetails event={event} group={group} terms={terms} context={contextOf?.(event)} />}
    </article>
  );
});
