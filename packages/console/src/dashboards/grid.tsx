import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import { keyed } from "../react-keys/keyed.ts";
import type { Span } from "../time-range/time-range.ts";
import { GridWidget } from "./grid-widget.tsx";
import { type AnyWidget, type Cell, COLUMNS, cellsOf, changed, ROW, settled } from "./layout.ts";
import "./grid.css";

export interface GridProps {
  readonly widgets: readonly AnyWidget[];
  readonly span: Span;
  readonly nowMs: number;
  readonly keepPeriods: boolean;
  readonly onZoom: (span: Span) => void;
  /** While the dashboard is edited. */
  readonly tools?: {
    readonly onCells: (cells: readonly Cell[]) => void;
    readonly onEdit: (index: number) => void;
    readonly onRemove: (index: number) => void;
  };
}

interface Drag {
  readonly index: number;
  readonly x: number;
  readonly y: number;
  readonly cells: readonly Cell[];
}

/** Widgets at their places on 24 columns; on narrow pages one below the other. While editing, they are moved and made larger. */
export function Grid({ widgets, tools, ...shown }: GridProps) {
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
  const handle = (index: number) => (kind: "move" | "resize") => ({
    onPointerDown: (event: PointerEvent) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      setDrag({ index, x: event.clientX, y: event.clientY, cells: stored });
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
      if (drag !== undefined && JSON.stringify(drag.cells) !== JSON.stringify(stored)) tools?.onCells(drag.cells);
      setDrag(undefined);
    },
    onPointerCancel: () => setDrag(undefined),
    onKeyDown: (event: KeyboardEvent) => {
      const step = STEPS[event.key];
      if (step === undefined) return;
      event.preventDefault();
      tools?.onCells(shift(index, kind, step[0], step[1]));
    },
  });
  return (
    <div className="grid" ref={place}>
      {keyed(widgets, ({ type }) => type).map(({ key, item: widget }, index) => {
        const cell = cells[index];
        return (
          cell !== undefined && (
            <GridWidget
              {...shown}
              key={key}
              widget={widget}
              number={index + 1}
              cell={cell}
              held={drag?.index === index}
              tools={
                tools && {
                  handle: handle(index),
                  onEdit: () => tools.onEdit(index),
                  onRemove: () => tools.onRemove(index),
                }
              }
            />
          )
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
