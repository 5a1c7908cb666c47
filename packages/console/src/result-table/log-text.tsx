import { memo } from "react";
import { visiblePieces } from "./visible-text.ts";
import "./log-text.css";

/**
 * Text of a log, which anyone may have written: markup is text, characters that hide or change others are written out, and the writing
 * direction does not reach beyond it.
 */
export const LogText = memo(function LogText({ text }: { readonly text: string }) {
  return (
    <bdi className="log-text">
      {visiblePieces(text).map((piece) =>
        piece.hidden ? (
          <span className="log-text-hidden" key={piece.at}>
            {piece.text}
          </span>
        ) : (
          piece.text
        ),
      )}
    </bdi>
  );
});
