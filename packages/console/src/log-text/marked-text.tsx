import { memo } from "react";
import { LogText } from "../result-table/log-text.tsx";
import { markedPieces } from "./marks.ts";
import "./marked-text.css";

/** Colours to mark with. */
export const MARK_COLOURS = 5;

/** Text of a log with terms marked, each in a colour of its own. */
export const MarkedText = memo(function MarkedText({
  text,
  terms,
}: {
  readonly text: string;
  readonly terms: readonly string[];
}) {
  if (terms.length === 0) return <LogText text={text} />;
  return (
    <bdi className="log-text">
      {markedPieces(text, terms).map(({ at, text: piece, mark }) =>
        mark === undefined ? (
          <LogText key={at} text={piece} />
        ) : (
          <mark key={at} className={`marked-text-${mark % MARK_COLOURS}`}>
            <LogText text={piece} />
          </mark>
        ),
      )}
    </bdi>
  );
});
