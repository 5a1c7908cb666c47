/**
 * A small seeded random source (sfc32): the same seed gives the same data set on every machine. `Math.random` cannot be
 * seeded, and the data sets must be the same in every run to be compared.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number) {
    this.#a = seed | 0;
    this.#b = 0x9e3779b9 | 0;
    this.#c = 0x243f6a88 | 0;
    // The first outputs of sfc32 still show the seed's pattern.
    for (let i = 0; i < 15; i++) this.uint32();
  }

  /** An integer in 0 … 2^32 - 1. */
  uint32(): number {
    const t = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + t) | 0;
    return t >>> 0;
  }

  /** A number in 0 … 1, the end excluded. */
  fraction(): number {
    return this.uint32() / 4294967296;
  }

  /** An integer in 0 … `bound` - 1. */
  below(bound: number): number {
    return Math.floor(this.fraction() * bound);
  }

  /** An integer in `low` … `high`, both included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** An index in 0 … `bound` - 1 where small ones are much more frequent, as popular hosts, pages and clients are. */
  skewed(bound: number): number {
    const f = this.fraction();
    return Math.floor(f * f * f * bound);
  }

  /** `digits` lower-case hexadecimal digits. */
  hex(digits: number): string {
    let text = "";
    while (text.length < digits) text += this.uint32().toString(16).padStart(8, "0");
    return text.slice(0, digits);
  }

  /** A version-4 UUID. */
  uuid(): string {
    const h = this.hex(32);
    return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-a${h.slice(17, 20)}-${h.slice(20)}`;
  }
}

/** Picks by index without `undefined`: `list` must not be empty. */
export function at<T>(list: readonly T[], index: number): T {
  const item = list[index % list.length];
  if (item === undefined) throw new Error("a list to pick from is empty");
  return item;
}
