import { InsightsSyntaxError, type Span } from "../syntax-error.ts";
import { readTokens, type Token } from "../token.ts";

/** The tokens of a text that is still being written; what is none is left out and told apart. */
export interface LenientTokens {
  /** In order, without the end token. */
  readonly tokens: readonly Token[];
  readonly broken: readonly Span[];
}

/** Never throws. An unclosed text or expression takes the rest of its line. */
export function lenientTokens(text: string): LenientTokens {
  const tokens: Token[] = [];
  const broken: Span[] = [];
  let at = 0;
  while (at < text.length) {
    try {
      for (const token of readTokens(text, at, tokens)) tokens.push(token);
      break;
    } catch (error) {
      if (!(error instanceof InsightsSyntaxError)) throw error;
      const start = Math.max(at, error.startOffset);
      const line = text.indexOf("\n", start);
      const end = Math.max(start + 1, Math.min(error.endOffset, line === -1 ? text.length : line));
      broken.push({ start, end });
      at = end;
    }
  }
  return { tokens, broken };
}
