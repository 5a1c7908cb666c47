import type { KeyboardEvent, PointerEvent } from "react";
import { visibleText } from "../result-table/visible-text.ts";
import type { Span } from "../time-range/time-range.ts";
import { editedWidget } from "./edited-widget.ts";
import { type AnyWidget, type Cell, ROW } from "./layout.ts";
import { addressOfWidget } from "./widget-address.ts";
import { WidgetView } from "./widget-view.tsx";

const TITLE = 38;
const PADDING = 22;
/** Text without a frame keeps only the rows that it has. */
const BARE_PADDING = 2;

interface Handlers {
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onPointerMove: (event: PointerEvent) => void;
  readonly onPointerUp: () => void;
  readonly onPointerCancel: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

export interface GridWidgetProps {
  readonly widget: AnyWidget;
  /** From 1; widgets without a title are called by it. */
  readonly number: number;
  readonly cell: Cell;
  readonly span: Span;
  readonly nowMs: number;
  readonly keepPeriods: boolean;
  /** It is being moved or made larger. */
  readonly held: boolean;
  /** While the dashboard is edited. */
  readonly tools:
    | {
        readonly handle: (kind: "move" | "resize") => Handlers;
        readonly onEdit: () => void;
        readonly onRemove: () => void;
      }
    | undefined;
  readonly onZoom: (span: Span) => void;
}

/** A widget in its frame. */
export function GridWidget({ widget, number, cell, span, nowMs, keepPeriods, held, tools, onZoom }: GridWidgetProps) {
  const title =
    "title" in widget.properties && typeof widget.properties.title === "string"
      ? visibleText(widget.properties.title)
      : "";
  const name = title || `Widget ${number}`;
  const bare =
    widget.type === "text" && "background" in widget.properties && widget.properties.background === "transparent";
  const address = tools === undefined ? addressOfWidget(widget, span) : undefined;
  const headed = title !== "" || tools !== undefined;
  const className = ["grid-widget", bare ? "grid-widget-bare" : "", held ? "grid-widget-held" : ""].join(" ").trim();
  return (
    <section
      aria-label={name}
      className={className}
      style={{
        gridColumn: `${cell.x + 1} / span ${cell.width}`,
        gridRow: `${cell.y + 1} / span ${cell.height}`,
        minHeight: widget.type === "text" ? 0 : Math.min(cell.height * ROW, 600) - 8,
      }}
    >
      {headed && (
        <div className="grid-title">
          <h2>{title}</h2>
          {address !== undefined && (
            <a href={address} aria-label={`Open ${name} in its own page`} title="Open in its own page">
              ↗
            </a>
          )}
          {tools !== undefined && (
            <>
              <button
                type="button"
                className="grid-move"
                aria-label={`Move ${name} by arrow keys`}
                title="Move"
                {...tools.handle("move")}
              >
                ✥
              </button>
              {editedWidget(widget) !== undefined && (
                <button type="button" aria-label={`Edit ${name}`} title="Edit" onClick={tools.onEdit}>
                  ✎
                </button>
              )}
              <button type="button" aria-label={`Remove ${name}`} title="Remove" onClick={tools.onRemove}>
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
          height={Math.max(60, cell.height * ROW - 8 - (bare ? BARE_PADDING : PADDING) - (headed ? TITLE : 0))}
          onZoom={onZoom}
        />
      </div>
      {tools !== undefined && (
        <button
          type="button"
          className="grid-resize"
          aria-label={`Size of ${name} by arrow keys`}
          title="Size"
          {...tools.handle("resize")}
        >
          ◢
        </button>
      )}
    </section>
  );
}
