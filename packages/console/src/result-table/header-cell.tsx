// biome-ignore-all lint/a11y/useSemanticElements: rows stand at places of their own, which a table's layout does not allow
import { type KeyboardEvent, type PointerEvent, useRef } from "react";
import { visibleText } from "./visible-text.ts";

const NARROWEST_PX = 48;
const WIDEST_PX = 2_000;
/** Pixels for one press of an arrow key. */
const STEP_PX = 16;

export interface HeaderCellProps {
  readonly name: string;
  readonly width: number;
  /** It stands on a line of its own where the table is narrow. */
  readonly wide: boolean;
  readonly order: "ascending" | "descending" | undefined;
  readonly onSort: () => void;
  readonly onWidth: (px: number) => void;
}

/** The head of a column: pressing it sorts, its right edge can be drawn, or moved with the arrow keys. */
export function HeaderCell({ name, width, wide, order, onSort, onWidth }: HeaderCellProps) {
  const drag = useRef<{ readonly x: number; readonly width: number }>(undefined);
  const shown = visibleText(name);
  const resize = (px: number) => onWidth(Math.round(Math.min(WIDEST_PX, Math.max(NARROWEST_PX, px))));

  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    const drawn = event.currentTarget.parentElement?.getBoundingClientRect().width ?? width;
    drag.current = { x: event.clientX, width: drawn };
  };
  const onPointerMove = (event: PointerEvent) => {
    if (drag.current !== undefined) resize(drag.current.width + event.clientX - drag.current.x);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? STEP_PX : event.key === "ArrowLeft" ? -STEP_PX : 0;
    if (step === 0) return;
    event.preventDefault();
    resize(width + step);
  };

  return (
    <div
      className={wide ? "result-header result-wide" : "result-header"}
      role="columnheader"
      tabIndex={-1}
      aria-sort={order ?? "none"}
    >
      <button type="button" className="result-sort" onClick={onSort} title={shown}>
        <span className="result-name">{shown}</span>
        <span aria-hidden="true">{order === undefined ? "" : order === "ascending" ? "▲" : "▼"}</span>
      </button>
      <div
        className="result-edge"
        role="separator"
        tabIndex={0}
        aria-orientation="vertical"
        aria-label={`Width of ${shown}`}
        aria-valuenow={Math.round(width)}
        aria-valuemin={NARROWEST_PX}
        aria-valuemax={WIDEST_PX}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={() => {
          drag.current = undefined;
        }}
        onPointerCancel={() => {
          drag.current = undefined;
        }}
        onKeyDown={onKeyDown}
      />
    </div>
  );
}
