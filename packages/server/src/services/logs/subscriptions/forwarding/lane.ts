import type { Clock } from "../../../../platform/clock/clock.ts";
import type { Log } from "../../../../platform/log/log.ts";
import type { OwnMetrics } from "../../../../platform/metrics/own-metrics.ts";
import { sequenceTime } from "../../../../platform/state/sequence.ts";
import type { State } from "../../../../platform/state/state.ts";
import type { EventPosition } from "../../events/event-position.ts";
import type { EventStore } from "../../events/event-store.ts";
import { visibilityOf } from "../../events/visibility.ts";
import { findLogGroupById } from "../../groups/log-group.ts";
import type { StreamActivity } from "../../streams/stream-activity.ts";
import { type Destination, NotForwarded, type Receipt } from "../destinations/destination.ts";
import type { Payload } from "./payload.ts";
import { BATCH_LIMITS, type Batch, type BatchLimits, type BatchPayload, readBatch } from "./read-batch.ts";
import type { Subscription } from "./subscription.ts";
import { type SubscriptionCursor, subscriptionCursorRef } from "./subscription-cursor.ts";

export interface LaneParts {
  readonly state: State;
  readonly events: Pick<EventStore, "scan" | "arrivalNumber">;
  readonly activity: Pick<StreamActivity, "storedBelow">;
  readonly own: Pick<OwnMetrics, "add">;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: BatchLimits;
}

/**
 * Events that came one after another and are read as one window, in the order of their times. As many as a batch may have, so that
 * what the engine reads for a batch is mostly sent.
 */
const WINDOW_EVENTS = 10_000;
/** As long as CloudWatch Logs tries (user guide, "Real-time processing of log data with subscriptions"). */
const PATIENCE_MS = 24 * 3_600_000;

/** One subscription on its way through the events of a group. One `step` at a time. */
export class Lane {
  subscription: Subscription;
  /** The lane has something to do while this is above what was forwarded. */
  wantedBelow = 0n;
  /** Events that came since the last window was chosen; more than a window where nobody has counted. */
  arrivals = Number.POSITIVE_INFINITY;
  /** Since when the destination fails. */
  failingSince: number | undefined;
  /** The log has been told that it does not go on. */
  isReported = false;
  #from: bigint;
  #window: { readonly below: bigint; readonly after: EventPosition | undefined } | undefined;
  /** What the destination has of the batch that is sent again. */
  readonly #done = new Map<string, EventPosition>();
  readonly #parts: LaneParts;

  constructor(parts: LaneParts, subscription: Subscription) {
    this.#parts = parts;
    this.subscription = subscription;
    const { groupId, id, since } = subscription;
    const cursor = parts.state.get<SubscriptionCursor>(subscriptionCursorRef(groupId, id))?.document;
    this.#from = cursor === undefined ? since : BigInt(cursor.from);
    if (cursor?.window !== undefined) {
      const { below, after } = cursor.window;
      this.#window = {
        below: BigInt(below),
        after: after && { timestamp: after[0], seq: BigInt(after[1]) },
      };
    }
  }

  /** Whether there may be events that the destination does not have. */
  get isWanted(): boolean {
    return this.#window !== undefined || this.#from < this.wantedBelow;
  }

  /** Whether there are events to look at among those below a number, which no call on its way has any more. */
  isReady(storedBelow: bigint): boolean {
    return this.#window !== undefined || this.#from < storedBelow;
  }

  /**
   * Reads a batch, hands it over and notes that; or finds nothing, or the group gone. Rejects with NotForwarded when the destination did not take
   * all of it; then the rest is sent by the next step.
   */
  async step(destination: Destination, signal: AbortSignal): Promise<"sent" | "nothing" | "gone"> {
    const { state, clock } = this.#parts;
    const { group: place, groupId } = this.subscription;
    const group = findLogGroupById(state, place, groupId);
    if (group === undefined) return "gone";
    const visible = visibilityOf(state, group, clock.now());
    this.#window ??= await this.#nextWindow(visible);
    const { below, after } = this.#window;
    const range = { visible, arrived: { from: this.#from, below }, after, done: this.#done };
    const { events, limits = BATCH_LIMITS } = this.#parts;
    const batch = await readBatch(events, this.subscription, range, limits, signal);
    await this.#deliver(destination, batch, signal);
    await this.#advance(batch);
    return batch.payloads.length > 0 ? "sent" : "nothing";
  }

  async #nextWindow(visible: ReturnType<typeof visibilityOf>) {
    const { activity, events } = this.#parts;
    let below = activity.storedBelow();
    if (this.arrivals > WINDOW_EVENTS) {
      const arrived = { from: this.#from, below };
      const last = await events.arrivalNumber({ visible, arrived }, WINDOW_EVENTS);
      if (last !== undefined) below = last + 1n;
      else this.arrivals = 0;
    } else this.arrivals = 0;
    return { below, after: undefined };
  }

  async #deliver(destination: Destination, batch: Batch, signal: AbortSignal): Promise<void> {
    const waiting = new Map<Payload, BatchPayload>(batch.payloads.map((payload) => [toPayload(payload), payload]));
    if (waiting.size === 0) return;
    const done = (payload: Payload, receipt: Receipt) => {
      const { logStream, last, logEvents } = waiting.get(payload) ?? {};
      if (logStream === undefined || last === undefined || logEvents === undefined) return;
      waiting.delete(payload);
      this.#done.set(logStream, last);
      this.#note(destination, logEvents.length, receipt);
    };
    try {
      await destination.deliver([...waiting.keys()], done, signal);
      this.failingSince = undefined;
    } catch (error) {
      if (!(error instanceof NotForwarded)) throw error;
      const { clock, log } = this.#parts;
      const events = [...waiting.keys()].reduce((sum, { logEvents }) => sum + logEvents.length, 0);
      this.#count(destination, "DeliveryErrors", events);
      if (error.throttled) this.#count(destination, "DeliveryThrottling", events);
      this.failingSince ??= clock.now();
      const old = clock.now() - PATIENCE_MS;
      if (this.failingSince > old || sequenceTime(batch.newest) > old) throw error;
      this.#count(destination, "DroppedLogEvents", events);
      log("error", "events of a subscription are dropped: their destination failed for a day", {
        ...this.#names(destination),
        events,
        error,
      });
    }
  }

  /** Notes on disk what the destination has. */
  async #advance({ last, finished }: Batch): Promise<void> {
    const { id, groupId } = this.subscription;
    const { below, after } = this.#window ?? { below: this.#from, after: undefined };
    this.#done.clear();
    this.#window = finished ? undefined : { below, after: last };
    if (finished) this.#from = below;
    // A look that found nothing is made again after a crash, and finds nothing again.
    if (last === undefined && after === undefined) return;
    const cursor: SubscriptionCursor = finished
      ? { from: below.toString() }
      : {
          from: this.#from.toString(),
          window: { below: below.toString(), ...(last && { after: [last.timestamp, last.seq.toString()] }) },
        };
    await this.#parts.state.commit({
      cause: { action: "job:logs-subscriptions" },
      changes: [{ put: subscriptionCursorRef(groupId, id), document: cursor, expect: "any" }],
    });
  }

  #note(destination: Destination, events: number, { bytes, refused, reason }: Receipt): void {
    this.#count(destination, "ForwardedLogEvents", events - refused);
    this.#count(destination, "ForwardedBytes", bytes);
    if (refused === 0) return;
    this.#count(destination, "DeliveryErrors", refused);
    this.#count(destination, "DroppedLogEvents", refused);
    this.#parts.log("warn", "a subscription's destination refuses events for good", {
      ...this.#names(destination),
      events: refused,
      reason,
    });
  }

  #names({ description }: Destination) {
    const { group, name } = this.subscription;
    return {
      account: group.account,
      region: group.region,
      logGroup: group.name,
      filter: name,
      destination: description,
    };
  }

  #count({ type }: Destination, metric: string, value: number): void {
    const { group, name, policyLevel } = this.subscription;
    const { account, region } = group;
    const dimensions: Readonly<Record<string, string>> =
      policyLevel === undefined
        ? { LogGroupName: group.name, DestinationType: type, FilterName: name }
        : { PolicyLevel: "AccountPolicy", DestinationType: type, FilterName: name };
    const unit = metric === "ForwardedBytes" ? "Bytes" : metric === "ForwardedLogEvents" ? "Count" : "None";
    this.#parts.own.add({ account, region, namespace: "AWS/Logs", metric, dimensions }, unit, value);
  }
}

/** Without what only this side needs. */
function toPayload({ last: _last, ...payload }: BatchPayload): Payload {
  return payload;
}
