import type { Engine } from "@nephoscope/engine";
import type { Clock } from "../../../platform/clock/clock.ts";
import type { MetricBatch, MetricWriter } from "../../../platform/metrics/metric-writer.ts";
import type { OwnMetrics } from "../../../platform/metrics/own-metrics.ts";
import type { Unit } from "../../../platform/metrics/units.ts";
import type { Resource, State } from "../../../platform/state/state.ts";
import type { EventBatch } from "../events/event-encoding.ts";
import type { EventTables } from "../events/event-tables.ts";
import type { LogGroup } from "../groups/log-group.ts";
import { type CompiledFilters, createCompiledFilters } from "../metric-filters/compiled-filters.ts";
import { metricsOfEvents } from "./metrics-of-events.ts";
import { removeSpareSamples, storedPuts } from "./spare-samples.ts";

/** The metrics that log events make. */
export interface LogMetrics {
  /**
   * Stores the values that the events make, and after them the events by `store`. Two inserts are never one, so the values come
   * first: what a crash or a failure leaves is values without their events, and those are found and removed by `settle` before they
   * are rolled up or the server answers again. With `again` for a call that was sent before.
   */
  store(
    group: Resource<LogGroup>,
    batch: EventBatch,
    again: boolean,
    store: () => Promise<readonly EventBatch[]>,
  ): Promise<readonly EventBatch[]>;
  /** Removes values whose events were never stored. To be awaited once at the start, then called from time to time. */
  settle(): Promise<void>;
  /** Values received from this time on, in seconds, are not settled; undefined where all are. */
  unsettledSince(): number | undefined;
}

export interface LogMetricsParts {
  readonly state: State;
  readonly engine: Engine;
  readonly tables: Pick<EventTables, "reachable">;
  readonly writer: MetricWriter;
  readonly own: OwnMetrics;
  readonly clock: Clock;
}

const NO_PUTS: ReadonlySet<bigint> = new Set();
const CURSOR = "logs-samples-settled";
const NAMESPACE = "AWS/Logs";

export function openLogMetrics({ state, engine, tables, writer, own, clock }: LogMetricsParts): LogMetrics {
  const filters: CompiledFilters = createCompiledFilters(state);
  /** Seconds at which calls under way began, and how many. */
  const open = new Map<number, number>();
  /** Values received up to this second may be there without their events: so at the start, and after a failure. */
  let doubtfulTo: number | undefined = Math.floor(clock.now() / 1_000);

  const publish = ({ ref }: Resource<LogGroup>, metric: string, unit: Unit, value: number) => {
    const { account, region } = ref;
    const all = { account, region, namespace: NAMESPACE, metric };
    own.add({ ...all, dimensions: { LogGroupName: ref.key } }, unit, value);
    if (metric === "IncomingBytes" || metric === "IncomingLogEvents") own.add({ ...all, dimensions: {} }, unit, value);
  };
  const nowSeconds = () => Math.floor(clock.now() / 1_000);

  const inOrder = async (
    began: number,
    batch: MetricBatch,
    next: () => Promise<readonly EventBatch[]>,
  ): Promise<readonly EventBatch[]> => {
    open.set(began, (open.get(began) ?? 0) + 1);
    try {
      await batch.store();
      try {
        return await next();
      } catch (error) {
        doubtfulTo = nowSeconds();
        throw error;
      }
    } finally {
      const left = (open.get(began) ?? 1) - 1;
      if (left === 0) open.delete(began);
      else open.set(began, left);
    }
  };

  return {
    async store(group, events, again, store) {
      const { ref, document } = group;
      // Before the values get their own time.
      const began = nowSeconds();
      const made = metricsOfEvents(writer, ref, events, {
        filters: filters.of(ref, document.groupId),
        nowMs: clock.now(),
        // Only a repeated call can have been stored before, so only it pays for asking.
        stored: again ? await storedPuts(engine, events, nowSeconds()) : NO_PUTS,
      });
      const stored = made.batch === undefined ? await store() : await inOrder(began, made.batch, store);
      for (const part of stored) {
        publish(group, "IncomingLogEvents", "Count", part.events.length);
        publish(group, "IncomingBytes", "Bytes", part.bytes);
      }
      if (made.unreadable > 0) publish(group, "EMFParsingErrors", "Count", made.unreadable);
      if (made.invalid > 0) publish(group, "EMFValidationErrors", "Count", made.invalid);
      return stored;
    },
    async settle() {
      const from = Number(state.cursor(CURSOR) ?? 0);
      // Calls of a second that began under one of them may still be under way. The last second is looked at again next time.
      const to = Math.min(nowSeconds(), ...[...open.keys()].map((began) => began - 1));
      if (to < from) return;
      if (doubtfulTo !== undefined) {
        const doubted = doubtfulTo;
        await removeSpareSamples(engine, tables, from, to);
        if (doubtfulTo === doubted && to >= doubted) doubtfulTo = undefined;
      }
      await state.commit({ cause: { action: "job:logs-metrics" }, cursors: { [CURSOR]: String(to) } });
    },
    unsettledSince() {
      if (doubtfulTo !== undefined) return Number(state.cursor(CURSOR) ?? 0);
      return open.size === 0 ? undefined : Math.min(...open.keys());
    },
  };
}
