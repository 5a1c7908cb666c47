/** One event of a log, as pages hold it. */
export interface LogEvent {
  /** Unique, and rising with the order of arrival within a millisecond. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly stream: string;
  readonly message: string;
}

/** Events that a page holds at most; a browser stays quick with them, and nobody reads more. */
export const MOST_EVENTS = 20_000;

/**
 * Both lists as one, oldest first, each event once. Past `most` events the ones at the other end than those that came are let go.
 */
export function joined(
  known: readonly LogEvent[],
  more: readonly LogEvent[],
  most: number = MOST_EVENTS,
): readonly LogEvent[] {
  if (more.length === 0) return known;
  const ids = new Set(known.map(({ id }) => id));
  // Pages may overlap, also within what came now.
  const fresh = more.filter(({ id }) => !ids.has(id) && ids.add(id));
  if (fresh.length === 0) return known;
  const all = [...known, ...fresh].sort(inOrder);
  if (all.length <= most) return all;
  const [newest, last] = [fresh.reduce(latest), known.at(-1)];
  const cameLater = last === undefined || inOrder(newest, last) > 0;
  return cameLater ? all.slice(-most) : all.slice(0, most);
}

const latest = (a: LogEvent, b: LogEvent): LogEvent => (inOrder(a, b) > 0 ? a : b);

/** By time, then by arrival. */
export function inOrder(a: LogEvent, b: LogEvent): number {
  if (a.timestamp !== b.timestamp) return a.timestamp - b.timestamp;
  if (a.id === b.id) return 0;
  // Ids are decimal numbers of one length, or at least the shorter is the smaller.
  if (a.id.length !== b.id.length) return a.id.length - b.id.length;
  return a.id < b.id ? -1 : 1;
}

/** Where the event stands that is nearest to a moment; -1 in an empty list. */
export function nearest(events: readonly LogEvent[], timestamp: number): number {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle]?.timestamp ?? 0) < timestamp) low = middle + 1;
    else high = middle;
  }
  if (low === events.length) return events.length - 1;
  const before = events[low - 1];
  const after = events[low];
  if (before === undefined || after === undefined) return low;
  return timestamp - before.timestamp < after.timestamp - timestamp ? low - 1 : low;
}
