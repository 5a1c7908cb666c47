/**
 * Where an event stands: its time, then its number. Positions order events as AWS returns them (event time, ingestion
 * time, order within the call), and event ids and tokens are written from them.
 */
export interface EventPosition {
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly seq: bigint;
}

/**
 * Ids have 56 decimal digits, whose bits above 144 are the event's time in milliseconds: so are the ids that AWS
 * publishes. The number follows, in bits 80 to 143; the rest is zero.
 */
const DIGITS = 56;
const TIME_SHIFT = 144n;
const SEQ_SHIFT = 80n;
const SEQ_MASK = (1n << 64n) - 1n;
/** The last time that fits into the digits, in the year 2112. Callers ask for ranges with times up to 2^63. */
const LATEST = Number((10n ** 56n) >> TIME_SHIFT) - 1;

export function toEventId({ timestamp, seq }: EventPosition): string {
  return ((BigInt(Math.min(timestamp, LATEST)) << TIME_SHIFT) | (seq << SEQ_SHIFT)).toString().padStart(DIGITS, "0");
}

/** The position in an id, or undefined if the text is none of ours. */
export function fromEventId(id: string): EventPosition | undefined {
  if (!/^\d{56}$/.test(id)) return undefined;
  const bits = BigInt(id);
  const timestamp = bits >> TIME_SHIFT;
  if (timestamp > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  return { timestamp: Number(timestamp), seq: (bits >> SEQ_SHIFT) & SEQ_MASK };
}

/** The last position before this one; the first position of all has none before it and stays. */
export function justBefore({ timestamp, seq }: EventPosition): EventPosition {
  if (seq > 0n) return { timestamp, seq: seq - 1n };
  return timestamp > 0 ? { timestamp: timestamp - 1, seq: SEQ_MASK } : { timestamp, seq };
}

/** The first position after this one. */
export function justAfter({ timestamp, seq }: EventPosition): EventPosition {
  return seq < SEQ_MASK ? { timestamp, seq: seq + 1n } : { timestamp: timestamp + 1, seq: 0n };
}
