/** A part of a text. `hidden` parts stand for characters that show nothing of themselves, or that would change how others show. */
export interface TextPiece {
  readonly text: string;
  readonly hidden: boolean;
  /** Where it stands in the whole text. */
  readonly at: number;
}

/**
 * Characters that a log line can use to deceive its reader: controls (ANSI colours begin with one), marks and overrides of the writing
 * direction, invisible ones, line ends that only some programs know, and halves of characters. Tab and line feed are what they are in
 * every text, and joiners (U+200C, U+200D) belong to scripts and emoji.
 */
const HIDDEN =
  /(?![\t\n])\p{Cc}|[\u00ad\u061c\u115f\u1160\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\u{e0000}-\u{e00ff}\u{e01f0}-\u{e0fff}]|\u034f|\u17b4|\u17b5|\u180b|\u180c|\u180d|\u180e|\u180f|\p{Cs}/gu;

/** The text in pieces, hidden characters written as `\x1b` or `\u202e`. A text without any is one piece. */
export function visiblePieces(text: string): readonly TextPiece[] {
  const pieces: TextPiece[] = [];
  let at = 0;
  for (const found of text.matchAll(HIDDEN)) {
    if (found.index > at) pieces.push({ text: text.slice(at, found.index), hidden: false, at });
    const last = pieces.at(-1);
    const shown = escapeOf(found[0]);
    if (last?.hidden === true) pieces[pieces.length - 1] = { ...last, text: last.text + shown };
    else pieces.push({ text: shown, hidden: true, at: found.index });
    at = found.index + found[0].length;
  }
  if (at < text.length || pieces.length === 0) pieces.push({ text: text.slice(at), hidden: false, at });
  return pieces;
}

/** The same as one text, for places that hold plain text: titles, labels, names of columns. */
export function visibleText(text: string): string {
  return text.replace(HIDDEN, escapeOf);
}

/** Short forms are of C and known to everyone who reads logs. */
const SHORT: Readonly<Record<string, string>> = { "\r": "\\r", "\v": "\\v", "\f": "\\f", "\b": "\\b", "\0": "\\0" };

function escapeOf(character: string): string {
  const short = SHORT[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  if (code < 0x100) return `\\x${digits.padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${digits.padStart(4, "0")}` : `\\u{${digits}}`;
}
