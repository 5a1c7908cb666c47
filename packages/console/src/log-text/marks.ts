/** A part of a text; `mark` is the number of the term that it is. */
export interface MarkedPiece {
  readonly at: number;
  readonly text: string;
  readonly mark: number | undefined;
}

/**
 * The text in pieces, those that are one of the terms marked by its number. Letters' case does not count; of terms that begin at one place
 * the longest counts.
 */
export function markedPieces(text: string, terms: readonly string[]): readonly MarkedPiece[] {
  const wanted = terms.map((term, number) => ({ term: term.toLowerCase(), number })).filter(({ term }) => term !== "");
  const lower = text.toLowerCase();
  // Lower case may have other lengths than upper case, in Turkish for instance; then places would not fit.
  if (wanted.length === 0 || lower.length !== text.length) return [{ at: 0, text, mark: undefined }];
  const pieces: MarkedPiece[] = [];
  let at = 0;
  for (;;) {
    let found: { readonly place: number; readonly length: number; readonly number: number } | undefined;
    for (const { term, number } of wanted) {
      const place = lower.indexOf(term, at);
      if (place < 0) continue;
      const isBetter =
        found === undefined || place < found.place || (place === found.place && term.length > found.length);
      if (isBetter) found = { place, length: term.length, number };
    }
    if (found === undefined) break;
    if (found.place > at) pieces.push({ at, text: text.slice(at, found.place), mark: undefined });
    pieces.push({ at: found.place, text: text.slice(found.place, found.place + found.length), mark: found.number });
    at = found.place + found.length;
  }
  if (at < text.length || pieces.length === 0) pieces.push({ at, text: text.slice(at), mark: undefined });
  return pieces;
}
