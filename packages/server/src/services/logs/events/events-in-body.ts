import { isUtf8 } from "node:buffer";
import type { Events } from "./events.ts";

/** A PutLogEvents call as `readPutLogEvents` gives it: its events are still bytes of the body. */
export interface PutInBody {
  readonly logGroupName: string;
  readonly logStreamName: string;
  readonly logEvents: Events;
}

/**
 * Reads the body of a PutLogEvents call, a thousand lines in a megabyte, without making an object and a string of each
 * event: that costs more than everything else the server does for the call. It knows the plain form that AWS's clients
 * write. For every other body, and for every one that breaks a rule, it gives undefined: the general reader then reads
 * it, and finds the words for what is wrong.
 */
export function readPutLogEvents(body: Buffer): PutInBody | undefined {
  return isUtf8(body) && !hasControls(body) ? new Scanner(body).call() : undefined;
}

/**
 * Whether there is a byte below the space: JSON allows it between values only, where no client puts one. Four bytes are
 * looked at together: `x - 0x20` borrows into the top bit of a byte that is below, and `~x` leaves out those above 127.
 */
function hasControls(body: Buffer): boolean {
  const aligned = Math.min(body.length, -body.byteOffset & 3);
  const words = new Int32Array(body.buffer, body.byteOffset + aligned, (body.length - aligned) >> 2);
  let found = 0;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? 0;
    found |= (word - 0x20202020) & ~word;
  }
  if ((found & 0x80808080) !== 0) return true;
  const below = (byte: number) => byte < SPACE;
  return body.subarray(0, aligned).some(below) || body.subarray(aligned + 4 * words.length).some(below);
}

/** Most events of a call (PutLogEvents, API reference). */
const MAX_EVENTS = 10_000;
const GROUP_NAME = /^[\w./#-]{1,512}$/;
/** Of the characters that a stream may have in its name, those that no client escapes. */
const STREAM_NAME = /^[ -)+-9;-~]{1,512}$/;

/**
 * Goes through the body once. A message without escapes stays where it is; one with escapes is written out to `plain`, a
 * second buffer, whose bytes count on from the end of the body: `start` and `end` beyond it mean places there.
 */
class Scanner {
  readonly #body: Buffer;
  #at = 0;
  #plain: Buffer | undefined;
  #plainEnd = 0;
  /** The first backslash at or after the place that was last asked about; the body's end if there is none. */
  #escape = -1;
  /** Where the last text began and ended. */
  #start = 0;
  #end = 0;

  constructor(body: Buffer) {
    this.#body = body;
  }

  call(): PutInBody | undefined {
    let logGroupName: string | undefined;
    let logStreamName: string | undefined;
    let logEvents: Events | undefined;
    if (!this.#take(OPEN_MAP)) return undefined;
    do {
      if (!this.#text() || !this.#take(COLON)) return undefined;
      const name = this.#string();
      if (name === "logEvents" && logEvents === undefined) logEvents = this.#events();
      else if (name === "logGroupName" && logGroupName === undefined && this.#text()) logGroupName = this.#string();
      else if (name === "logStreamName" && logStreamName === undefined && this.#text()) logStreamName = this.#string();
      else return undefined;
    } while (this.#take(COMMA));
    if (!this.#take(CLOSE_MAP) || this.#next() !== END) return undefined;
    if (logEvents === undefined || logGroupName === undefined || logStreamName === undefined) return undefined;
    if (!GROUP_NAME.test(logGroupName) || !STREAM_NAME.test(logStreamName)) return undefined;
    return { logGroupName, logStreamName, logEvents };
  }

  #events(): Events | undefined {
    const times: number[] = [];
    const places: number[] = [];
    if (!this.#take(OPEN_LIST)) return undefined;
    do {
      if (times.length === MAX_EVENTS) return undefined;
      const timestamp = this.#event();
      if (timestamp === undefined) return undefined;
      times.push(timestamp);
      places.push(this.#start, this.#end);
    } while (this.#take(COMMA));
    return this.#take(CLOSE_LIST) ? new EventsInBody(this.#body, this.#plain, times, places) : undefined;
  }

  /** The event's time; its message is the last text. */
  #event(): number | undefined {
    let timestamp: number | undefined;
    let start = -1;
    let end = -1;
    if (!this.#take(OPEN_MAP)) return undefined;
    do {
      if (timestamp === undefined && this.#key(TIMESTAMP)) {
        timestamp = this.#number();
        if (timestamp === undefined) return undefined;
      } else if (start < 0 && this.#key(MESSAGE)) {
        if (!this.#text()) return undefined;
        start = this.#start;
        end = this.#end;
      } else return undefined;
    } while (this.#take(COMMA));
    // An empty message is for the general reader to refuse.
    if (!this.#take(CLOSE_MAP) || end <= start) return undefined;
    this.#start = start;
    this.#end = end;
    return timestamp;
  }

  /** The byte after white space, without going past it. */
  #next(): number {
    for (;;) {
      const byte = this.#body[this.#at];
      if (byte === undefined) return END;
      if (byte !== SPACE && byte !== LINE_FEED && byte !== RETURN && byte !== TAB) return byte;
      this.#at++;
    }
  }

  #take(byte: number): boolean {
    if (this.#next() !== byte) return false;
    this.#at++;
    return true;
  }

  /** A whole number without sign, of at most 15 digits, which a number holds exactly. */
  #number(): number | undefined {
    let digit = this.#next() - ZERO;
    const first = digit;
    const start = this.#at;
    let value = 0;
    while (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      this.#at++;
      digit = (this.#body[this.#at] ?? END) - ZERO;
    }
    const digits = this.#at - start;
    return digits === 0 || digits > 15 || (first === 0 && digits > 1) ? undefined : value;
  }

  /** Goes past this member's name, in quotes, and its colon, if it is the next. */
  #key(name: Buffer): boolean {
    if (this.#next() !== QUOTE) return false;
    const start = this.#at;
    for (let i = 0; i < name.length; i++) if (this.#body[start + i] !== name[i]) return false;
    this.#at = start + name.length;
    return this.#take(COLON);
  }

  /** The last text as a string; undefined for one with escapes. */
  #string(): string | undefined {
    return this.#end > this.#body.length ? undefined : this.#body.toString("latin1", this.#start, this.#end);
  }

  /** Reads a text in quotes, and whether it is one. */
  #text(): boolean {
    if (!this.#take(QUOTE)) return false;
    const start = this.#at;
    const end = this.#body.indexOf(QUOTE, start);
    if (end < 0) return false;
    if (this.#nextEscape(start) < end) return this.#escapedText(start);
    this.#start = start;
    this.#end = end;
    this.#at = end + 1;
    return true;
  }

  #nextEscape(from: number): number {
    if (this.#escape < from) {
      const found = this.#body.indexOf(BACKSLASH, from);
      this.#escape = found < 0 ? this.#body.length : found;
    }
    return this.#escape;
  }

  /** A text with escapes, written out. It never becomes longer. */
  #escapedText(start: number): boolean {
    const body = this.#body;
    this.#plain ??= Buffer.allocUnsafeSlow(body.length);
    const plain = this.#plain;
    const { length } = body;
    let end = this.#plainEnd;
    let at = start;
    while (at < length) {
      const byte = body[at++] ?? 0;
      if (byte !== QUOTE && byte !== BACKSLASH) {
        plain[end++] = byte;
        continue;
      }
      if (byte === QUOTE) {
        this.#start = length + this.#plainEnd;
        this.#end = length + end;
        this.#plainEnd = end;
        this.#at = at;
        return true;
      }
      const letter = body[at++] ?? 0;
      const meant = ESCAPES[letter] ?? 0;
      if (meant !== 0) plain[end++] = meant;
      else if (letter === LETTER_U) {
        const code = this.#codePoint(at);
        if (code === undefined) return false;
        at += code < 0x10000 ? 4 : 10;
        end = writeCodePoint(plain, end, code);
      } else return false;
    }
    return false;
  }

  /** The character whose digits begin here, after a `\u`; of a pair, both halves together. */
  #codePoint(at: number): number | undefined {
    const unit = this.#unit(at);
    if (unit === undefined || (unit & 0xfc00) !== 0xd800) return unit;
    if (this.#body[at + 4] !== BACKSLASH || this.#body[at + 5] !== LETTER_U) return unit;
    const low = this.#unit(at + 6);
    return low !== undefined && (low & 0xfc00) === 0xdc00 ? 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00) : unit;
  }

  /** The four hexadecimal digits at a place. */
  #unit(at: number): number | undefined {
    let unit = 0;
    for (let i = at; i < at + 4; i++) {
      const digit = HEX_DIGITS.indexOf(String.fromCharCode(this.#body[i] ?? END).toLowerCase());
      if (digit < 0) return undefined;
      unit = unit * 16 + digit;
    }
    return unit;
  }
}

/** Writes a character; half of a pair becomes the replacement character, as everywhere in Node. */
function writeCodePoint(into: Buffer, start: number, code: number): number {
  let at = start;
  const point = (code & 0xfffff800) === 0xd800 ? 0xfffd : code;
  if (point < 0x80) into[at++] = point;
  else {
    if (point < 0x800) into[at++] = 0xc0 | (point >> 6);
    else {
      if (point < 0x10000) into[at++] = 0xe0 | (point >> 12);
      else {
        into[at++] = 0xf0 | (point >> 18);
        into[at++] = 0x80 | ((point >> 12) & 63);
      }
      into[at++] = 0x80 | ((point >> 6) & 63);
    }
    into[at++] = 0x80 | (point & 63);
  }
  return at;
}

class EventsInBody implements Events {
  readonly length: number;
  readonly #body: Buffer;
  readonly #plain: Buffer | undefined;
  readonly #times: readonly number[];
  /** Start and end of each message, by turns. */
  readonly #places: readonly number[];

  constructor(body: Buffer, plain: Buffer | undefined, times: readonly number[], places: readonly number[]) {
    this.length = times.length;
    this.#body = body;
    this.#plain = plain;
    this.#times = times;
    this.#places = places;
  }

  timestamp(index: number): number {
    return inList(this.#times[index], index);
  }

  message(index: number): string {
    const start = this.#start(index);
    const body = this.#body;
    const end = start + this.messageBytes(index);
    return start < body.length
      ? body.toString("utf8", start, end)
      : (this.#plain ?? body).toString("utf8", start - body.length, end - body.length);
  }

  messageBytes(index: number): number {
    return inList(this.#places[2 * index + 1], index) - this.#start(index);
  }

  copyMessage(index: number, into: Buffer, at: number): number {
    const start = this.#start(index);
    const body = this.#body;
    const end = start + this.messageBytes(index);
    return (
      at +
      (start < body.length
        ? body.copy(into, at, start, end)
        : (this.#plain ?? body).copy(into, at, start - body.length, end - body.length))
    );
  }

  slice(from: number, to: number): Events {
    return new EventsInBody(this.#body, this.#plain, this.#times.slice(from, to), this.#places.slice(2 * from, 2 * to));
  }

  mayContain(text: Buffer): boolean {
    return this.#body.includes(text) || this.#plain?.includes(text) === true;
  }

  #start(index: number): number {
    return inList(this.#places[2 * index], index);
  }
}

function inList(value: number | undefined, index: number): number {
  if (value === undefined) throw new RangeError(`There is no event ${index}.`);
  return value;
}

const END = -1;
const TAB = 0x09;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const ZERO = 0x30;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const LETTER_U = 0x75;
const OPEN_MAP = 0x7b;
const CLOSE_MAP = 0x7d;
const TIMESTAMP = Buffer.from('"timestamp"');
const MESSAGE = Buffer.from('"message"');
const HEX_DIGITS = "0123456789abcdef";
/** What the letter after a backslash means, by its code (RFC 8259, section 7); 0 where it means nothing. */
const ESCAPES = Uint8Array.from({ length: 256 }, (_, letter) => {
  const at = '"\\/bfnrt'.indexOf(String.fromCharCode(letter));
  return at < 0 ? 0 : '"\\/\b\f\n\r\t'.charCodeAt(at);
});
