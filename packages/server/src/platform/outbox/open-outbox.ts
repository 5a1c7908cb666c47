import type { Clock } from "../clock/clock.ts";
import type { Log } from "../log/log.ts";
import type { DurableTables } from "../sqlite/durable-tables.ts";
import { type Carrier, type Delivery, type Outbox, OutboxFull, type Outcome } from "./outbox.ts";
import { outboxTables } from "./outbox-tables.ts";

export interface OutboxParts {
  /** With `OUTBOX_SCHEMA`. */
  readonly tables: DurableTables;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Partial<OutboxLimits>;
}

export interface OutboxLimits {
  /** Deliveries that may wait. Each is a row of some hundred bytes. */
  readonly waiting: number;
  /** Deliveries that may wait in one lane: what a target that stays away can gather. */
  readonly waitingInLane: number;
  /** Tries of one lane that may be under way at once; of one whose last try failed, one. */
  readonly atOnceInLane: number;
}

const LIMITS: OutboxLimits = { waiting: 1_000_000, waitingInLane: 100_000, atOnceInLane: 4 };

/** After a fault of a carrier itself; such a fault is a bug, and is logged each time. */
const FAULT_DELAY_MS = 60_000;

interface Lane {
  readonly kind: string;
  readonly ordered: boolean;
  waiting: number;
  readonly running: Set<number>;
  /** No delivery of the lane is due before. */
  nextDue: number;
  /** The last try failed. */
  ailing: boolean;
}

/**
 * The outbox on its tables. Lanes with something to deliver are in memory (a few fields each, as many as targets that wait);
 * messages are read when their turn comes. Lanes take turns, so that none starves.
 */
export function openOutbox({ tables, clock, log, limits }: OutboxParts): Outbox {
  const { waiting: maxWaiting, waitingInLane, atOnceInLane } = { ...LIMITS, ...limits };
  const statements = outboxTables(tables);
  const carriers = new Map<string, { readonly carrier: Carrier; readonly atOnce: number; running: number }>();
  const lanes = new Map<string, Lane>();
  const stop = new AbortController();
  const underWay = new Set<Promise<void>>();
  let waiting = 0;
  let started = false;
  let cancelTimer = () => {};

  const laneOf = (lane: string, kind: string, ordered: boolean): Lane => {
    const known = lanes.get(lane);
    if (known !== undefined) return known;
    const made = {
      kind,
      ordered,
      waiting: 0,
      running: new Set<number>(),
      nextDue: Number.POSITIVE_INFINITY,
      ailing: false,
    };
    lanes.set(lane, made);
    return made;
  };

  for (const { lane, kind, ordered, waiting: count } of statements.lanes()) {
    const found = laneOf(lane, kind, ordered);
    found.waiting += count;
    found.nextDue = 0;
    waiting += count;
  }

  /** The deliveries of a lane that may start now; sets when to look again. */
  const take = (name: string, lane: Lane, now: number, room: number): Delivery[] => {
    if (lane.ordered) {
      if (lane.running.size > 0) return [];
      const head = statements.head(name);
      lane.nextDue = head?.dueAt ?? Number.POSITIVE_INFINITY;
      return head !== undefined && head.dueAt <= now ? [head.delivery] : [];
    }
    const free = Math.min(room, (lane.ailing ? 1 : atOnceInLane) - lane.running.size);
    if (free <= 0) return [];
    const due = statements.due(name, now, lane.running.size + free + 1).filter(({ id }) => !lane.running.has(id));
    lane.nextDue = due.length > free ? now : statements.nextDue(name, now);
    return due.slice(0, free);
  };

  const pump = () => {
    if (!started || stop.signal.aborted) return;
    cancelTimer();
    const now = clock.now();
    const served: [string, Lane][] = [];
    let next = Number.POSITIVE_INFINITY;
    for (const [name, lane] of lanes) {
      const carrier = carriers.get(lane.kind);
      if (carrier === undefined) continue;
      // A lane that waits for a free place is looked at when a delivery ends; only the others need the timer.
      if (lane.nextDue <= now && carrier.running < carrier.atOnce) {
        for (const delivery of take(name, lane, now, carrier.atOnce - carrier.running)) {
          begin(name, lane, carrier, delivery);
          served.push([name, lane]);
        }
      }
      if (lane.nextDue > now) next = Math.min(next, lane.nextDue);
    }
    // Those served go to the end of the turn.
    for (const [name, lane] of served) {
      lanes.delete(name);
      lanes.set(name, lane);
    }
    if (next < Number.POSITIVE_INFINITY) cancelTimer = clock.after(Math.max(1, next - now), pump);
  };

  const begin = (name: string, lane: Lane, carrier: { carrier: Carrier; running: number }, delivery: Delivery) => {
    lane.running.add(delivery.id);
    carrier.running += 1;
    const work = carry(carrier.carrier, delivery, lane)
      .then((outcome) => (outcome === undefined ? undefined : settle(name, lane, delivery, outcome)))
      .then(
        () => clock.now(),
        (error: unknown) => {
          log("error", "the outcome of a delivery could not be stored", { lane: name, error });
          return clock.now() + FAULT_DELAY_MS;
        },
      )
      .then((lookAgainAt) => {
        lane.running.delete(delivery.id);
        carrier.running -= 1;
        underWay.delete(work);
        if (lane.waiting > lane.running.size) lane.nextDue = Math.min(lane.nextDue, lookAgainAt);
        if (lane.waiting === 0 && lane.running.size === 0) lanes.delete(name);
        pump();
      });
    underWay.add(work);
  };

  const carry = async (carrier: Carrier, delivery: Delivery, lane: Lane): Promise<Outcome | undefined> => {
    try {
      return await carrier.deliver(delivery, stop.signal);
    } catch (error) {
      // Cut off by closing: it stays as it was.
      if (stop.signal.aborted) return undefined;
      log("error", "a carrier failed", { kind: lane.kind, lane: delivery.lane, error });
      return { kind: "again", reason: String(error), delayMs: FAULT_DELAY_MS };
    }
  };

  const settle = async (name: string, lane: Lane, delivery: Delivery, outcome: Outcome) => {
    const { id, attempts } = delivery;
    const now = clock.now();
    lane.ailing = outcome.kind === "again" || outcome.kind === "given up";
    await tables.write(() => {
      if (outcome.kind === "delivered") statements.settle(id);
      else if (outcome.kind === "given up") statements.giveUp(id, now, outcome.reason);
      else if (outcome.kind === "again") statements.postpone(id, now + outcome.delayMs, attempts + 1, outcome.reason);
      else statements.postpone(id, now + outcome.delayMs, attempts, undefined);
    });
    if (outcome.kind === "delivered" || outcome.kind === "given up") {
      lane.waiting -= 1;
      waiting -= 1;
    }
    if (outcome.kind === "given up")
      log("warn", "a delivery was given up", { lane: name, messageId: delivery.messageId, reason: outcome.reason });
  };

  return {
    carrier(kind, carrier, atOnce) {
      carriers.set(kind, { carrier, atOnce, running: 0 });
    },
    async put({ id, body, deliveries }, alongside = () => {}) {
      if (deliveries.length === 0) return tables.write(alongside);
      const count = deliveries.length;
      if (waiting + count > maxWaiting) {
        throw new OutboxFull(`${waiting} deliveries wait, of at most ${maxWaiting}`);
      }
      // Counted before it is stored: calls of the same moment share the room that is left.
      const now = clock.now();
      const counted = deliveries.map((delivery) => {
        const lane = laneOf(delivery.lane, delivery.kind, delivery.ordered ?? false);
        if (lane.waiting >= waitingInLane)
          return { delivery, lane, refusal: `${waitingInLane} deliveries wait already` };
        lane.waiting += 1;
        waiting += 1;
        return { delivery, lane, refusal: undefined };
      });
      const uncount = () => {
        for (const { delivery, lane, refusal } of counted) {
          if (refusal !== undefined) continue;
          lane.waiting -= 1;
          waiting -= 1;
          if (lane.waiting === 0 && lane.running.size === 0) lanes.delete(delivery.lane);
        }
      };
      let isNew: boolean;
      try {
        isNew = await tables.write(() => {
          alongside();
          if (!statements.addMessage(id, body, count)) return false;
          for (const { delivery, refusal } of counted) statements.addDelivery(id, delivery, now, refusal);
          return true;
        });
      } catch (error) {
        uncount();
        throw error;
      }
      if (!isNew) return uncount();
      for (const { delivery, lane, refusal } of counted) {
        if (refusal !== undefined)
          log("warn", "a delivery was given up", { lane: delivery.lane, messageId: id, reason: refusal });
        else lane.nextDue = Math.min(lane.nextDue, delivery.dueAt ?? now);
      }
      pump();
    },
    start() {
      started = true;
      pump();
    },
    waiting: statements.listWaiting,
    givenUp: statements.listGivenUp,
    counts: () => ({ waiting, givenUp: statements.countGivenUp() }),
    async close() {
      stop.abort();
      cancelTimer();
      await Promise.allSettled(underWay);
    },
  };
}
