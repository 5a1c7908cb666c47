import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import { visibleText } from "../result-table/visible-text.ts";
import type { Span } from "../time-range/time-range.ts";
import { type AnyWidget, type Cell, COLUMNS, cellsOf, changed, settled } from "./layout.ts";
import { WidgetView } from "./widget-view.tsx";
import "./grid.css";

/** Pixels of a row, with the gap below it. */
const ROW = 48;
const TITLE = 38;
const PADDING = 22;

export interface GridProps {
  readonly widgets: readonly AnyWidget[];
  readonly span: Span;
  readonly nowMs: number;
  readonly keepPeriods: boolean;
  readonly editing: boolean;
  readonly onZoom: (span: Span) => void;
  readonly onCells: (cells: readonly Cell[]) => void;
  readonly onRemove: (index: number) => void;
}

interface Drag {
  readonly index: number;
  readonly kind: "move" | "resize";
  readonly x: number;
  readonly y: number;
  readonly cells: readonly Cell[];
}

/** Widgets at their places on 24 columns; on narrow pages one below the other. While editing, they are moved and made larger. */
export function Grid({ widgets, span, nowMs, keepPeriods, editing, onZoom, onCells, onRemove }: GridProps) {
  const place = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<Drag>();
  const stored = cellsOf(widgets);
  const cells = drag?.cells ?? stored;
  const shift = (index: number, kind: "move" | "resize", columns: number, rows: number) => {
    const cell = stored[index];
    return cell === undefined
      ? stored
      : settled(
          stored.map((each, at) => (at === index ? changed(cell, kind, columns, rows) : each)),
          index,
        );
  };
  const handle = (index: number, kind: "move" | "resize") => ({
    onPointerDown: (event: PointerEvent) => {
      event.currentTarget.setPointerCapture(event.pointerId);
      setDrag({ index, kind, x: event.clientX, y: event.clientY, cells: stored });
    },
    onPointerMove: (event: PointerEvent) => {
      if (drag === undefined) return;
      const column = (place.current?.clientWidth ?? 0) / COLUMNS;
      const [columns, rows] = [
        Math.round((event.clientX - drag.x) / Math.max(1, column)),
        Math.round((event.clientY - drag.y) / ROW),
      ];
      setDrag({ ...drag, cells: shift(index, kind, columns, rows) });
    },
    onPointerUp: () => {
      if (drag !== undefined) onCells(drag.cells);
      setDrag(undefined);
    },
    onPointerCancel: () => setDrag(undefined),
    onKeyDown: (event: KeyboardEvent) => {
      const step = STEPS[event.key];
      if (step === undefined) return;
      event.preventDefault();
      onCells(shift(index, kind, step[0], step[1]));
    },
  });
  return (
    <div className="grid" ref={place}>
      {widgets.map((widget, index) => {
        const cell = cells[index];
        if (cell === undefined) return null;
        const title =
          "title" in widget.properties && typeof widget.properties.title === "string" ? widget.properties.title : "";
        const name = title || `Widget ${index + 1}`;
        const bare =
          widget.type === "text" && "background" in widget.properties && widget.properties.background === "transparent";
        const headed = title !== "" || editing;
        return (
          <section
            // biome-ignore lint/suspicious/noArrayIndexKey: widgets have no name of their own
            key={index}
            aria-label={visibleText(name)}
            className={bare ? "grid-widget grid-widget-bare" : "grid-widget"}
            style={{
              gridColumn: `${cell.x + 1} / span ${cell.width}`,
              gridRow: `${cell.y + 1} / span ${cell.height}`,
              minHeight: widget.type === "text" ? 0 : Math.min(cell.height * ROW, 600) - 8,
            }}
          >
            {headed && (
              <div className="grid-title">
                <h2>{visibleText(title)}</h2>
                {editing && (
                  <>
                    <button
                      type="button"
                      aria-label={`Move ${visibleText(name)} by arrow keys`}
                      {...handle(index, "move")}
                    >
                      ✥
                    </button>
                    <button type="button" aria-label={`Remove ${visibleText(name)}`} onClick={() => onRemove(index)}>
                      ✕
                    </button>
                  </>
                )}
              </div>
            )}
            <div className="grid-content">
              <WidgetView
                widget={widget}
                span={span}
                nowMs={nowMs}
                keepPeriods={keepPeriods}
                height={Math.max(60, cell.height * ROW - 8 - PADDING - (headed ? TITLE : 0))}
                onZoom={onZoom}
              />
            </div>
            {editing && (
              <button
                type="button"
                className="grid-resize"
                aria-label={`Size of ${visibleText(name)} by arrow keys`}
                {...handle(index, "resize")}
              >
                ◢
              </button>
            )}
          </section>
        );
      })}
    </div>
  );
}

const STEPS: Readonly<Record<string, readonly [columns: number, rows: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
