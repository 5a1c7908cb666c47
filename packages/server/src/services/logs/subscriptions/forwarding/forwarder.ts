import type { Jobs } from "../../../../platform/jobs/jobs.ts";
import { type LogGroup, type LogGroupName, logGroupArn } from "../../groups/log-group.ts";
import { NotForwarded } from "../destinations/destination.ts";
import type { Destinations } from "../destinations/destinations.ts";
import { destinationGates } from "./destination-gates.ts";
import { Lane, type LaneParts } from "./lane.ts";
import type { Subscription } from "./subscription.ts";

/** A group as events come for it. */
export interface ArrivalGroup extends LogGroupName {
  readonly groupId: number;
  readonly logGroupClass: LogGroup["logGroupClass"];
}

/** The subscriptions that there are, and who hears of changes. */
export interface Subscriptions {
  /** Those that a group's events go to. Asked at each call of PutLogEvents. */
  of(group: ArrivalGroup): readonly Subscription[];
  /** Those of all groups. */
  all(): Iterable<Subscription>;
  /** Says that there are others now: of one group, or none any more since it is gone, or of any group. */
  onChange(listener: (change: { readonly group?: ArrivalGroup; readonly gone?: number }) => void): void;
}

/** Sends events on to the destinations of subscriptions: what is stored, read again by cursors, and nothing that comes with the calls. */
export interface Forwarder {
  /** Says that a call has stored events of a group, or that it is not known whether it has. Costs a look-up. */
  arrived(group: ArrivalGroup, below: bigint, events: number): void;
  /** Leaves what is under way to the next start. */
  close(): Promise<void>;
}

export interface ForwarderParts extends LaneParts {
  readonly subscriptions: Subscriptions;
  readonly destinations: Destinations;
  readonly jobs: Jobs;
}

/** Events that come within so long go together; so late they are, and the time of one reading. */
const LOOK_MS = 500;
/** Lanes that read or send at the same time. Each holds a batch of up to two megabytes, in three forms. */
const AT_ONCE = 24;
/** After a failure that is not the destination's. */
const FAULT_PAUSE_MS = 5_000;

export function startForwarder(parts: ForwarderParts): Forwarder {
  const { subscriptions, destinations, activity, jobs, clock, log } = parts;
  const stop = new AbortController();
  const gates = destinationGates();
  /** By the group's number and the subscription's id. */
  const lanes = new Map<number, Map<string, Lane>>();
  /** Lanes that may have something to send, the one that has waited longest first. */
  const wanted = new Set<Lane>();
  const pausedUntil = new Map<Lane, number>();
  const running = new Map<Lane, Promise<void>>();

  const laneOf = (subscription: Subscription): Lane => {
    const { groupId, id } = subscription;
    const ofGroup = lanes.get(groupId) ?? new Map<string, Lane>();
    lanes.set(groupId, ofGroup);
    const lane = ofGroup.get(id) ?? new Lane(parts, subscription);
    lane.subscription = subscription;
    ofGroup.set(id, lane);
    return lane;
  };

  const forget = (lane: Lane) => {
    const { groupId, id } = lane.subscription;
    lanes.get(groupId)?.delete(id);
    if (lanes.get(groupId)?.size === 0) lanes.delete(groupId);
    wanted.delete(lane);
    pausedUntil.delete(lane);
  };

  /** Opens the lanes of subscriptions, to look for what came before anybody listened. */
  const open = (list: Iterable<Subscription>): ReadonlySet<Lane> => {
    const below = activity.storedBelow();
    const found = new Set<Lane>();
    for (const subscription of list) {
      const lane = laneOf(subscription);
      found.add(lane);
      if (below > lane.wantedBelow) lane.wantedBelow = below;
      if (lane.isWanted) wanted.add(lane);
    }
    return found;
  };

  const lanesOf = (groupId: number) => [...(lanes.get(groupId)?.values() ?? [])];

  subscriptions.onChange(({ group, gone }) => {
    if (gone !== undefined) {
      for (const lane of lanesOf(gone)) forget(lane);
      return;
    }
    const before = group === undefined ? [...lanes.keys()].flatMap(lanesOf) : lanesOf(group.groupId);
    const after = open(group === undefined ? subscriptions.all() : subscriptions.of(group));
    for (const lane of before) if (!after.has(lane)) forget(lane);
  });

  const report = (lane: Lane, destination: string, error: unknown) => {
    if (lane.isReported) return;
    lane.isReported = true;
    const { group, name } = lane.subscription;
    const where = { account: group.account, region: group.region, logGroup: group.name };
    log("warn", "events of a subscription could not be sent on; they are tried again", {
      ...where,
      filter: name,
      destination,
      error,
    });
  };

  /** Begins a step of the lane, if its destination may be sent to. */
  const start = (lane: Lane): void => {
    const { destinationArn, group } = lane.subscription;
    const now = clock.now();
    const destination = destinations.of(destinationArn, logGroupArn(group, group.name));
    if (destination === undefined) {
      // It was deleted, or taken out of the settings, and may come back. What comes meanwhile stays in its group.
      pausedUntil.set(lane, now + FAULT_PAUSE_MS);
      report(lane, destinationArn, new Error("the destination is not there"));
      return;
    }
    const closedUntil = gates.enter(destination.key, now);
    if (closedUntil !== undefined) {
      pausedUntil.set(lane, closedUntil);
      return;
    }
    wanted.delete(lane);
    wanted.add(lane);
    const step = async () => {
      let outcome: "taken" | "failed" | undefined;
      try {
        const done = await lane.step(destination, stop.signal);
        if (done === "sent") outcome = "taken";
        if (done === "gone") forget(lane);
        lane.isReported = false;
      } catch (error) {
        if (stop.signal.aborted) return;
        if (error instanceof NotForwarded) outcome = "failed";
        else pausedUntil.set(lane, clock.now() + FAULT_PAUSE_MS);
        report(lane, destination.description, error);
      } finally {
        gates.leave(destination.key, outcome, clock.now());
        running.delete(lane);
        if (!lane.isWanted) wanted.delete(lane);
        goOn(lane);
      }
    };
    running.set(lane, step());
  };

  /** Starts those of the lanes that can be started. */
  const startOf = (lanes: Iterable<Lane>): void => {
    const [below, now] = [activity.storedBelow(), clock.now()];
    for (const lane of lanes) {
      if (running.size >= AT_ONCE || stop.signal.aborted) return;
      const may = wanted.has(lane) && !running.has(lane) && (pausedUntil.get(lane) ?? 0) <= now;
      if (may && lane.isReady(below)) start(lane);
    }
  };

  /** A lane with a backlog goes on by itself; where others wait for a place it waits behind them. */
  let soon = false;
  const goOn = (lane: Lane): void => {
    if (wanted.size <= AT_ONCE) {
      startOf([lane]);
    } else if (!soon && !stop.signal.aborted) {
      soon = true;
      clock.after(SOON_MS, () => {
        soon = false;
        startOf(wanted);
      });
    }
  };

  open(subscriptions.all());
  jobs.every("logs-subscriptions", LOOK_MS, async () => startOf(wanted));

  return {
    arrived(group, below, events) {
      for (const subscription of subscriptions.of(group)) {
        const lane = laneOf(subscription);
        lane.arrivals += events;
        if (below > lane.wantedBelow) lane.wantedBelow = below;
        wanted.add(lane);
      }
    },
    async close() {
      stop.abort();
      await Promise.all(running.values());
    },
  };
}

/** Looking through all lanes that wait costs something, so it is not done for each that ends. */
const SOON_MS = 50;
