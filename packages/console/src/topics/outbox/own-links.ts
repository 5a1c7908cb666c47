/** A piece of a mail's text; one that leads to a page of this very server can be opened. */
export interface MailPiece {
  readonly text: string;
  /** Where it stands, for keys. */
  readonly at: number;
  readonly link: boolean;
}

/** Confirming and leaving: the two pages that mails lead to. */
const PAGES = ["/confirmation.html?", "/unsubscribe.html?"];

/**
 * The text in pieces. Only links to this server's own pages are links: whoever publishes writes the rest of a mail, and could lead
 * anywhere.
 */
export function mailPieces(text: string, origin: string): readonly MailPiece[] {
  const pieces: MailPiece[] = [];
  let at = 0;
  for (const match of text.matchAll(/https?:\/\/[^\s<>"]+/g)) {
    if (!PAGES.some((page) => match[0].startsWith(`${origin}${page}`))) continue;
    if (match.index > at) pieces.push({ text: text.slice(at, match.index), at, link: false });
    pieces.push({ text: match[0], at: match.index, link: true });
    at = match.index + match[0].length;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), at, link: false });
  return pieces;
}
