// biome-ignore-all lint/a11y/useSemanticElements: rows stand at places of their own, which a table's layout does not allow
import { memo, type ReactNode } from "react";
import { LogText } from "./log-text.tsx";
import type { ResultRow as Row } from "./result-model.ts";

export interface ResultRowProps {
  readonly id: string;
  readonly row: Row;
  /** Its number in the result, from 1, whatever the order on the page. */
  readonly number: number;
  /** Its place on the page, from 0. */
  readonly place: number;
  /** Pixels from the top of the body. */
  readonly top: number;
  readonly columns: readonly string[];
  /** The column that stands on a line of its own where the table is narrow. */
  readonly wide: string | undefined;
  readonly formats: ReadonlyMap<string, (value: string) => string>;
  readonly opened: boolean;
  readonly marked: boolean;
  readonly onToggle: (index: number) => void;
  readonly details: (row: Row) => ReactNode;
  /** Told the element of an opened row, whose height only the page knows. */
  readonly measure: ((element: HTMLElement | null) => void) | undefined;
}

/** More of a text fits in no closed row, and a message may be a quarter of a megabyte. */
const SHOWN_CHARACTERS = 600;

export const ResultRow = memo(function ResultRow(props: ResultRowProps) {
  const { id, row, number, place, top, columns, wide, formats, opened, marked, onToggle, details, measure } = props;
  const toggle = () => {
    // Who selected text with the pointer did not mean to open the row.
    if (window.getSelection()?.isCollapsed !== false) onToggle(number - 1);
  };
  return (
    <div
      className="result-item"
      role="rowgroup"
      ref={measure}
      data-index={place}
      style={{ transform: `translateY(${top}px)` }}
    >
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the grid hears the keys for its marked row */}
      <div
        id={id}
        className={`result-line result-closed${marked ? " result-marked" : ""}${place % 2 === 1 ? " result-odd" : ""}`}
        role="row"
        tabIndex={-1}
        aria-rowindex={place + 2}
        aria-expanded={opened}
        aria-selected={marked}
        onClick={toggle}
      >
        <div className="result-cell result-number" role="gridcell" tabIndex={-1}>
          <span className="result-caret" aria-hidden="true">
            {opened ? "▼" : "▶"}
          </span>
          {number.toLocaleString("en-US")}
        </div>
        {columns.map((name, index) => (
          <div
            key={name}
            className={name === wide ? "result-cell result-wide" : "result-cell"}
            role="gridcell"
            tabIndex={-1}
          >
            <Value text={row.values[index]} format={formats.get(name)} />
          </div>
        ))}
      </div>
      {opened && (
        <div role="row" tabIndex={-1} className="result-opened">
          <div role="gridcell" tabIndex={-1} aria-colspan={columns.length + 1}>
            {details(row)}
          </div>
        </div>
      )}
    </div>
  );
});

function Value({
  text,
  format,
}: {
  readonly text: string | undefined;
  readonly format: ((text: string) => string) | undefined;
}) {
  if (text === undefined) return null;
  if (format !== undefined) return <>{format(text)}</>;
  const shown = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
  return <LogText text={shown.replaceAll("\n", "↵ ")} />;
}
