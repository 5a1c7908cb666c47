/**
 * What was sent, and what became of it: the truth that the server's answers are checked against. Texts and times of
 * events follow from their ids, so that millions of them need no room here.
 */

export interface SentEvent {
  readonly timestamp: number;
  readonly message: string;
}

/** One PutLogEvents call of a writer. */
export interface SentCall {
  readonly writer: string;
  /** Counts the writer's calls from 0. */
  readonly number: number;
  readonly group: string;
  readonly stream: string;
  readonly events: number;
  /** The events' times are spread evenly from here … */
  readonly fromMs: number;
  /** … to here, both included. */
  readonly toMs: number;
  /** Characters of each message besides its id, about. */
  readonly padding: number;
  /** `unknown` when the writer gave up before an answer came. */
  outcome: "under way" | "acknowledged" | "unknown";
}

export type Ledger = SentCall[];

export function eventsOf(call: SentCall): SentEvent[] {
  return Array.from({ length: call.events }, (_, index) => eventOf(call, index));
}

export function eventOf(call: SentCall, index: number): SentEvent {
  const span = call.toMs - call.fromMs;
  return {
    timestamp: call.fromMs + Math.floor((span * index) / Math.max(1, call.events - 1)),
    message: `${call.writer}/${call.number}/${index} ${filler(call.number * 10_007 + index, call.padding)}`,
  };
}

/** Whose event it is; undefined for a message that no writer sent. */
export function readId(message: string): { writer: string; number: number; index: number } | undefined {
  const match = /^([^/]+)\/(\d+)\/(\d+) /.exec(message);
  const [, writer, number, index] = match ?? [];
  return writer === undefined ? undefined : { writer, number: Number(number), index: Number(index) };
}

/** Texts that writing and reading back can spoil: what a format escapes, more than one byte a character, blanks at the end. */
const PIECES = [
  "GET /index.html HTTP/1.1 200",
  "tab\there",
  "line\nbreak",
  "back\\slash \\N \\t",
  "quote \" and ' and `",
  "Grüße 東京 🚀",
  "return\r\nfeed",
  '{"level":"error","n":1.5}',
  "nul\0byte",
  "blank at the end ",
] as const;

function filler(number: number, length: number): string {
  let text = "";
  for (let i = number; text.length < length; i++) text += `${PIECES[i % PIECES.length]} `;
  return text;
}
