/**
 * Patterns with `*` and `?`. Matching never backtracks further than to the last `*`, so its time is at most the text's
 * length times the pattern's, whatever the two are.
 */

export type GlobAtom =
  | { readonly kind: "text"; readonly text: string }
  /** `?`: any one character. */
  | { readonly kind: "one" }
  /** `*`: any characters. */
  | { readonly kind: "any" }
  /** `*` inside a segment of an ARN: any characters but colons. */
  | { readonly kind: "segment" };

export type Glob = (text: string) => boolean;

export function compileGlob(atoms: readonly GlobAtom[]): Glob {
  if (atoms.some((atom) => atom.kind === "segment")) return stepwise(atoms);
  const pieces = piecesOf(atoms);
  const [first = ""] = pieces;
  if (pieces.length === 1)
    return typeof first === "string" ? (text) => text === first : (text) => fits(first, text, 0, true);
  if (pieces.length === 2 && typeof first === "string" && pieces[1] === "") {
    return first === "" ? () => true : (text) => text.startsWith(first);
  }
  return (text) => matchPieces(pieces, text);
}

/** What stands between two `*`: plain text, or characters of which some (undefined) are `?`. */
type Piece = string | readonly (string | undefined)[];

function piecesOf(atoms: readonly GlobAtom[]): readonly Piece[] {
  const pieces: Piece[] = [];
  let chars: (string | undefined)[] = [];
  const close = () => {
    pieces.push(chars.includes(undefined) ? chars : chars.join(""));
    chars = [];
  };
  for (const atom of atoms) {
    if (atom.kind === "any") close();
    else if (atom.kind === "text") chars.push(...atom.text.split(""));
    else chars.push(undefined);
  }
  close();
  return pieces;
}

function fits(piece: Piece, text: string, at: number, whole: boolean): boolean {
  if (at < 0 || at + piece.length > text.length || (whole && at + piece.length !== text.length)) return false;
  if (typeof piece === "string") return text.startsWith(piece, at);
  for (let i = 0; i < piece.length; i++) if (piece[i] !== undefined && piece[i] !== text[at + i]) return false;
  return true;
}

/** The first piece stands at the start, the last at the end, and each between at its earliest place behind the one before. */
function matchPieces(pieces: readonly Piece[], text: string): boolean {
  const first = pieces[0] ?? "";
  const last = pieces.at(-1) ?? "";
  if (!fits(first, text, 0, false)) return false;
  let at = first.length;
  for (let i = 1; i < pieces.length - 1; i++) {
    const piece = pieces[i] ?? "";
    if (typeof piece === "string") at = text.indexOf(piece, at);
    else {
      const end = text.length - piece.length;
      while (at <= end && !fits(piece, text, at, false)) at++;
      if (at > end) return false;
    }
    if (at < 0) return false;
    at += piece.length;
  }
  return text.length - last.length >= at && fits(last, text, text.length - last.length, true);
}

/**
 * Where stars of both kinds mix, the earliest place is not always a right one, so all the places that the pattern can
 * have reached are followed at once, a character at a time.
 */
function stepwise(atoms: readonly GlobAtom[]): Glob {
  type Step = { readonly char: string | undefined } | "any" | "segment";
  const steps: Step[] = atoms.flatMap((atom): Step[] => {
    if (atom.kind === "text") return atom.text.split("").map((char) => ({ char }));
    return [atom.kind === "one" ? { char: undefined } : atom.kind];
  });
  return (text) => {
    let reached = new Uint8Array(steps.length + 1);
    const passStars = () => {
      for (let at = 0; at < steps.length; at++)
        if (reached[at] === 1 && typeof steps[at] === "string") reached[at + 1] = 1;
    };
    reached[0] = 1;
    passStars();
    for (const char of text.split("")) {
      const next = new Uint8Array(steps.length + 1);
      for (let at = 0; at < steps.length; at++) {
        const step = steps[at];
        if (reached[at] !== 1 || step === undefined) continue;
        if (typeof step === "object") {
          if (step.char === undefined || step.char === char) next[at + 1] = 1;
        } else if (step === "any" || char !== ":") next[at] = 1;
      }
      reached = next;
      passStars();
    }
    return reached[steps.length] === 1;
  };
}

/** Lower case of A to Z alone. Other letters have no case here: `K` (U+212A) must not pass for `k`. */
export function asciiLower(text: string): string {
  return /[A-Z]/.test(text) ? text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : text;
}
