/** A filter pattern that cannot be understood. Offsets are UTF-16 positions in the pattern's text, end exclusive. */
export class FilterPatternError extends Error {
  readonly startOffset: number;
  readonly endOffset: number;

  constructor(message: string, startOffset: number, endOffset: number) {
    super(message);
    this.name = "FilterPatternError";
    this.startOffset = startOffset;
    this.endOffset = endOffset;
  }
}
