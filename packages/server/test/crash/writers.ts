import { setTimeout as pause } from "node:timers/promises";
import type { Ledger, SentCall } from "./ledger.ts";
import { PLACES } from "./places.ts";
import type { Random } from "./random.ts";
import type { Sender } from "./senders.ts";

/** Several writers that send one call after another. */
export interface Writers {
  /** Goes on after `rest`. */
  work(): void;
  /** Begins no more calls and resolves when each writer's last one is settled. Rejects with what went wrong in one. */
  rest(): Promise<void>;
}

const MINUTE_MS = 60_000;

export function startWriters(senders: readonly { name: string; sender: Sender }[], ledger: Ledger, random: Random) {
  let working = false;
  const numbers = new Map<string, number>();
  let shifts: Promise<void>[] = [];

  const shift = async (name: string, sender: Sender) => {
    while (working) {
      const number = numbers.get(name) ?? 0;
      numbers.set(name, number + 1);
      const call = makeCall(name, number, random);
      ledger.push(call);
      call.outcome = await sender.send(call);
      // Who was told nothing waits a while, as a program does that has failed to log.
      await pause(call.outcome === "unknown" ? random.between(300, 1_500) : random.between(0, 400));
    }
  };

  return {
    work() {
      working = true;
      shifts = senders.map(({ name, sender }) => shift(name, sender));
      // A failure is reported by `rest`; until then it must not end the process.
      for (const each of shifts) each.catch(() => {});
    },
    async rest() {
      working = false;
      await Promise.all(shifts);
    },
  } satisfies Writers;
}

/**
 * Sizes from one line to the largest batch that AWS takes: 10,000 events, or a megabyte. The small ones are the many, so
 * that reading everything back after each kill stays bearable.
 */
const SHAPES: readonly Shape[] = [
  ...repeat(4, { events: [1, 1], padding: 80 }),
  ...repeat(3, { events: [2, 20], padding: 200 }),
  ...repeat(3, { events: [50, 400], padding: 120 }),
  { events: [1_000, 1_000], padding: 100 },
  { events: [10_000, 10_000], padding: 20 },
  { events: [2, 4], padding: 200_000 },
];

interface Shape {
  readonly events: readonly [least: number, most: number];
  readonly padding: number;
}

function repeat(times: number, shape: Shape): Shape[] {
  return Array.from({ length: times }, () => shape);
}

type Span = readonly [fromMs: number, toMs: number];

function makeCall(writer: string, number: number, random: Random): SentCall {
  const place = random.pick(PLACES);
  const shape = random.pick(SHAPES);
  const now = Date.now();
  const boundary = place.boundary(now);
  const spread = random.between(0, 5 * MINUTE_MS);
  const live: Span = [now - 200, now];
  const acrossBoundary: Span = [boundary - spread - 1, boundary + spread];
  const late: Span = [now - 70 * MINUTE_MS, now - 60 * MINUTE_MS];
  const [fromMs, toMs] = random.pick([live, live, acrossBoundary, late]);
  return {
    writer,
    number,
    group: place.group,
    stream: random.pick(place.streams),
    events: random.between(shape.events[0], shape.events[1]),
    fromMs,
    toMs,
    padding: shape.padding,
    outcome: "under way",
  };
}
