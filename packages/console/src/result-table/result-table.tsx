// biome-ignore-all lint/a11y/useSemanticElements: rows stand at places of their own, which a table's layout does not allow
import {
  colorBackgroundCellShaded,
  colorBackgroundContainerContent,
  colorBackgroundItemSelected,
  colorBackgroundLayoutMain,
  colorBorderDividerDefault,
  colorBorderItemFocused,
  colorTextBodyDefault,
  colorTextBodySecondary,
  fontFamilyMonospace,
} from "@cloudscape-design/design-tokens";
import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from "react";
import { columnWidths } from "./column-widths.ts";
import { HeaderCell } from "./header-cell.tsx";
import type { Result, ResultRow as Row } from "./result-model.ts";
import { ResultRow } from "./result-row.tsx";
import { type ColumnOrder, rowOrder } from "./row-order.ts";
import "./result-table.css";

export interface ResultTableProps {
  readonly result: Result;
  /** What a column's value is shown as, for those that are not shown as they are: times in the zone of choice. */
  readonly formats: ReadonlyMap<string, (value: string) => string>;
  /** What an opened row shows below itself. */
  readonly details: (row: Row) => ReactNode;
  /** For screen readers. */
  readonly label: string;
}

/** Pixels of a closed row; the style sheet has the same. */
const ROW_PX = 28;
const NARROW_ROW_PX = 50;
/** A narrower table gives its widest column a line of its own. */
const NARROW_PX = 560;
/** A first guess; an opened row is measured once it is there. */
const OPENED_PX = 320;
const NUMBER_PX = 72;

/**
 * Rows of a result, of which only those in sight exist in the page. Arrow keys, Page Up and Down, Home and End move the marked row;
 * Enter or the space bar opens it.
 */
export function ResultTable({ result, formats, details, label }: ResultTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const [marked, setMarked] = useState<number | undefined>(undefined);
  const [order, setOrder] = useState<ColumnOrder | undefined>(undefined);
  const [chosenWidths, setChosenWidths] = useState<ReadonlyMap<string, number>>(new Map());

  const places = useMemo(() => (order === undefined ? undefined : rowOrder(result, order)), [result, order]);
  const rowAt = (place: number) => places?.[place] ?? place;
  // The first rows decide, so columns stay where they are while further ones come.
  const ownWidths = useMemo(() => columnWidths(result), [result]);
  const widths = result.columns.map((name, index) => chosenWidths.get(name) ?? ownWidths.px[index] ?? 0);

  const narrow = useNarrow(scroller);
  const rowPx = narrow ? NARROW_ROW_PX : ROW_PX;
  const virtualizer = useVirtualizer({
    count: result.rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (place) => (opened.has(rowAt(place)) ? OPENED_PX : rowPx),
    overscan: 12,
    getItemKey: rowAt,
  });
  const toldPx = useRef(rowPx);
  useEffect(() => {
    if (toldPx.current === rowPx) return;
    toldPx.current = rowPx;
    // Closed rows are not measured, so their new height has to be told.
    virtualizer.measure();
  }, [rowPx, virtualizer]);

  const toggle = useCallback((index: number) => {
    setMarked(index);
    setOpened((all) => {
      const next = new Set(all);
      if (!next.delete(index)) next.add(index);
      return next;
    });
  }, []);

  const sortBy = (column: number) => {
    setOrder((now) => {
      if (now?.column !== column) return { column, descending: false };
      return now.descending ? undefined : { column, descending: true };
    });
    virtualizer.scrollToOffset(0);
  };

  const placeOf = (index: number) => (places === undefined ? index : places.indexOf(index));
  const onKeyDown = (event: KeyboardEvent) => {
    // Keys in an opened row's own controls are theirs.
    if (event.target !== event.currentTarget || result.rows.length === 0) return;
    const here = marked === undefined ? -1 : placeOf(marked);
    const screen = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowPx) - 2);
    const to = destination(event.key, here, screen, result.rows.length - 1);
    if (to !== undefined) {
      event.preventDefault();
      setMarked(rowAt(to));
      virtualizer.scrollToIndex(to);
    } else if ((event.key === "Enter" || event.key === " ") && marked !== undefined) {
      event.preventDefault();
      toggle(marked);
    }
  };

  const wide = result.columns[ownWidths.flexible];
  const shares = widths.map((px, index) => (index === ownWidths.flexible ? `minmax(${px}px, 1fr)` : `${px}px`));
  const beside = widths.flatMap((px, index) => (index === ownWidths.flexible ? [] : [`minmax(0, ${px}px)`]));
  const style = {
    ...LOOK,
    // Where the table is narrow, what is left is for the column that stands on a line of its own.
    "--result-columns": `${NUMBER_PX}px ${(narrow ? [...beside, "1fr"] : shares).join(" ")}`,
    // No taller than its rows, with room for the head and a bar to scroll sideways.
    "--result-height": `${virtualizer.getTotalSize() + (narrow ? 78 : 50)}px`,
    "--result-width": narrow ? "0" : `${NUMBER_PX + widths.reduce((sum, px) => sum + px, 0)}px`,
  } as CSSProperties;

  return (
    <div
      className={narrow ? "result-table result-narrow" : "result-table"}
      ref={scroller}
      role="treegrid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={result.rows.length + 1}
      aria-colcount={result.columns.length + 1}
      aria-activedescendant={marked === undefined ? undefined : `${id}-${marked}`}
      onKeyDown={onKeyDown}
      style={style}
    >
      <div className="result-head" role="rowgroup">
        <div className="result-line" role="row" tabIndex={-1} aria-rowindex={1}>
          <div className="result-header result-number" role="columnheader" tabIndex={-1}>
            #
          </div>
          {result.columns.map((name, column) => (
            <HeaderCell
              key={name}
              name={name}
              width={widths[column] ?? 0}
              wide={name === wide}
              order={order?.column === column ? (order.descending ? "descending" : "ascending") : undefined}
              onSort={() => sortBy(column)}
              onWidth={(px) => setChosenWidths((all) => new Map(all).set(name, px))}
            />
          ))}
        </div>
      </div>
      <div className="result-body" role="presentation" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const index = rowAt(item.index);
          const row = result.rows[index];
          return row === undefined ? null : (
            <ResultRow
              key={item.key}
              id={`${id}-${index}`}
              row={row}
              number={index + 1}
              place={item.index}
              top={item.start}
              columns={result.columns}
              wide={wide}
              formats={formats}
              opened={opened.has(index)}
              marked={marked === index}
              onToggle={toggle}
              details={details}
              measure={opened.has(index) ? virtualizer.measureElement : undefined}
            />
          );
        })}
      </div>
    </div>
  );
}

function useNarrow(scroller: RefObject<HTMLElement | null>): boolean {
  const [narrow, setNarrow] = useState(false);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setNarrow(element.clientWidth < NARROW_PX));
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller]);
  return narrow;
}

/** The place that a key leads to; undefined for keys that lead nowhere. */
export function destination(key: string, here: number, screen: number, last: number): number | undefined {
  switch (key) {
    case "ArrowDown":
      return Math.min(last, here + 1);
    case "ArrowUp":
      return Math.max(0, here - 1);
    case "PageDown":
      return Math.min(last, Math.max(0, here) + screen);
    case "PageUp":
      return Math.max(0, here - screen);
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return undefined;
  }
}

/** The design's tokens under names that the style sheet knows. */
const LOOK = {
  "--result-text": colorTextBodyDefault,
  "--result-quiet": colorTextBodySecondary,
  "--result-ground": colorBackgroundContainerContent,
  "--result-head": colorBackgroundLayoutMain,
  "--result-shade": colorBackgroundCellShaded,
  "--result-marked": colorBackgroundItemSelected,
  "--result-border": colorBorderDividerDefault,
  "--result-focus": colorBorderItemFocused,
  "--result-font": fontFamilyMonospace,
};
