import type { AwsClient } from "../aws/client.ts";
import type { Health } from "../health/health.ts";
import type { Journal } from "../health/journal.ts";
import type { LogEvent } from "../lines/event-assembler.ts";
import { Batch } from "./batch.ts";
import { ChunkPool } from "./byte-chunks.ts";
import type { Gate } from "./gate.ts";
import { callFor, headOf, LogCalls } from "./log-calls.ts";
import type { Mark } from "./mark.ts";
import { Outlet } from "./outlet.ts";
import type { Spool } from "./spool.ts";
import type { StreamName } from "./stream-name.ts";

export interface LogDeliveryOptions {
  readonly client: AwsClient;
  readonly spool: Spool;
  readonly gate: Gate;
  readonly health: Health;
  readonly journal: Journal;
  readonly now: () => number;
  /** Milliseconds an event waits at most for its batch to fill. */
  readonly flushInterval: number;
  /** Calls that run at the same time. */
  readonly concurrency: number;
  /** Bytes of messages that may be in memory; sources wait at this bound. */
  readonly maxBuffered: number;
}

/** Calls fail this long before their batches go to the spool. */
const SPOOL_AFTER_MS = 3_000;
/** How often batches are looked at for their time. */
const TICK_MS = 200;
/** A stream that had no event for this long is forgotten; its next event makes it known again. */
const FORGET_MS = 10 * 60_000;

/** Takes events of every source, fills batches, and makes the calls. What it may hold in memory is bounded. */
export class LogDelivery {
  readonly #options: LogDeliveryOptions;
  readonly #outlets = new Map<string, Outlet>();
  readonly #calls: LogCalls;
  /** Outlets by the object that names their stream, which saves looking names up for every line. */
  readonly #known = new WeakMap<StreamName, Outlet>();
  readonly #pool = new ChunkPool();
  readonly #timer: NodeJS.Timeout;
  #buffered = 0;
  #running = 0;
  #draining = false;
  #closing = false;
  readonly #roomWaiters = new Set<() => void>();
  #idleWaiters: (() => void)[] = [];

  constructor(options: LogDeliveryOptions) {
    this.#options = options;
    this.#calls = new LogCalls(options);
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  get buffered(): number {
    return this.#buffered;
  }

  /** Whether sources may add; beyond the bound they must wait, or give events up and count them. */
  get room(): boolean {
    return this.#buffered < this.#options.maxBuffered;
  }

  /** Resolves when there is room, when the agent stops, or after the time (in milliseconds). */
  async waitForRoom(limit = Number.POSITIVE_INFINITY): Promise<void> {
    if (this.room || this.#closing) return;
    await new Promise<void>((resolve) => {
      const timer = Number.isFinite(limit) ? setTimeout(() => wake(), limit) : undefined;
      const wake = () => {
        clearTimeout(timer);
        this.#roomWaiters.delete(wake);
        resolve();
      };
      this.#roomWaiters.add(wake);
    });
  }

  /** Takes an event. The bound is the sources' to keep: this never refuses. */
  add(stream: StreamName, event: LogEvent, mark?: Mark, end?: number): void {
    const outlet = this.#outlet(stream);
    outlet.usedAt = this.#options.now();
    if (outlet.open !== undefined && !outlet.open.fits(event)) this.#seal(outlet);
    outlet.open ??= new Batch(outlet.usedAt, this.#pool);
    const before = outlet.open.bytes;
    const hadRoom = this.room;
    outlet.open.add(event, mark, end);
    this.#buffered += outlet.open.bytes - before;
    if (hadRoom && !this.room) this.#relieve();
  }

  /**
   * Sends or spools what is there, and resolves when nothing waits any more, or at the deadline (milliseconds from now).
   * What waits then is not lost to files, whose positions have not moved.
   */
  async flush(deadline: number): Promise<void> {
    for (const outlet of this.#outlets.values()) this.#seal(outlet);
    this.#pump();
    if (this.#idle()) return;
    let timer: NodeJS.Timeout | undefined;
    const idle = new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, deadline);
    });
    await Promise.race([idle, late]);
    clearTimeout(timer);
  }

  /** Flushes and ends. Calls that are cut off are made again after a restart. */
  async close(deadline: number): Promise<void> {
    this.#closing = true;
    this.#wake();
    await this.flush(deadline);
    clearInterval(this.#timer);
    this.#options.client.close();
  }

  #outlet(stream: StreamName): Outlet {
    const known = this.#known.get(stream);
    if (known !== undefined && !known.forgotten) return known;
    const key = `${stream.group}\n${stream.name}`;
    const outlet = this.#outlets.get(key) ?? new Outlet(stream, this.#options.now());
    this.#outlets.set(key, outlet);
    this.#known.set(stream, outlet);
    return outlet;
  }

  #seal(outlet: Outlet): void {
    if (outlet.open === undefined) return;
    outlet.full.push(outlet.open);
    outlet.open = undefined;
    this.#pump();
  }

  /** At the bound, the largest open batches are sent before their time, as many as can be sent at once. */
  #relieve(): void {
    for (let free = this.#options.concurrency - this.#running - this.#waiting(); free > 0; free--) {
      let largest: Outlet | undefined;
      for (const outlet of this.#outlets.values()) {
        if (outlet.sending || outlet.full.length > 0) continue;
        if ((outlet.open?.bytes ?? 0) > (largest?.open?.bytes ?? 0)) largest = outlet;
      }
      if (largest === undefined) return;
      this.#seal(largest);
    }
  }

  #waiting(): number {
    let count = 0;
    for (const outlet of this.#outlets.values()) if (outlet.isReady) count++;
    return count;
  }

  #tick(): void {
    const { now, flushInterval } = this.#options;
    for (const [key, outlet] of this.#outlets) {
      outlet.resting = false;
      // A clock that was set back must not keep a batch for ever.
      const age = outlet.open === undefined ? 0 : now() - outlet.open.since;
      if (age >= flushInterval || age < 0) this.#seal(outlet);
      const idle = now() - outlet.usedAt;
      if (!outlet.isEmpty || idle <= FORGET_MS) continue;
      outlet.forgotten = true;
      this.#outlets.delete(key);
    }
    if (!this.room) this.#relieve();
    this.#pump();
    this.#drain();
  }

  #pump(): void {
    const spooling = this.#spooling();
    if (this.#options.gate.wait > 0 && !spooling) return;
    for (const outlet of this.#outlets.values()) {
      if (this.#running >= this.#options.concurrency) return;
      if (!outlet.isReady) continue;
      // What the spool holds of a stream goes first; while the service is away, and at the end, the batch joins it there.
      if (!spooling && !this.#closing && this.#options.spool.holds(outlet.stream)) continue;
      outlet.sending = true;
      this.#running++;
      void this.#send(outlet);
    }
  }

  #spooling(): boolean {
    return this.#options.gate.failingFor >= SPOOL_AFTER_MS || (this.#closing && this.#options.gate.failingFor > 0);
  }

  /** Sends the first batch of an outlet, or spools it, or leaves it where it is. */
  async #send(outlet: Outlet): Promise<void> {
    const batch = outlet.full[0];
    let done = false;
    try {
      if (batch !== undefined) done = await this.#deliver(outlet.stream, batch);
    } catch (error) {
      // Nothing below throws on purpose; a fault must neither stop the agent nor lose the batch.
      this.#options.journal.write(
        "error",
        `a batch was not sent: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
    }
    this.#running--;
    outlet.sending = false;
    outlet.resting = !done;
    if (done && batch !== undefined) {
      outlet.full.shift();
      this.#buffered -= batch.bytes;
      batch.acknowledge();
      this.#wake();
    }
    if (!this.room) this.#relieve();
    this.#pump();
    if (this.#idle()) this.#wakeIdle();
  }

  /** @returns whether the batch is out of our hands */
  async #deliver(stream: StreamName, batch: Batch): Promise<boolean> {
    const { gate, spool, health, journal } = this.#options;
    const body = batch.body(headOf(stream));
    const call = callFor(stream, batch.events);
    // What the spool holds of a stream is older, and goes first.
    if (spool.holds(stream) || (gate.wait > 0 && this.#spooling())) return (await spool.keep(call, body)) !== "full";
    const answer = await this.#calls.make(call, body);
    if (answer === "stored") {
      health.add("EventsSent", batch.events);
      health.add("BytesSent", batch.bytes);
      return true;
    }
    if (answer === "refused") {
      health.add("EventsDropped", batch.events);
      journal.write(
        "error",
        `${batch.events} events for ${stream.group} ${stream.name} were refused for good and are given up`,
      );
      return true;
    }
    return this.#spooling() && (await spool.keep(call, body)) !== "full";
  }

  /** Sends what the spool holds, oldest first, one call at a time, beside the live ones. */
  #drain(): void {
    const { spool, gate } = this.#options;
    if (this.#draining || this.#closing || spool.calls === 0 || gate.wait > 0) return;
    this.#draining = true;
    void this.#drainAll().finally(() => {
      this.#draining = false;
    });
  }

  async #drainAll(): Promise<void> {
    const { spool, health, journal } = this.#options;
    while (!this.#closing) {
      const oldest = spool.read();
      if (oldest === undefined || oldest.call.service !== "logs") return;
      const answer = await this.#calls.make(oldest.call, oldest.body).catch((error: unknown) => {
        journal.write(
          "error",
          `a call of the spool was not made: ${error instanceof Error ? error.message : String(error)}`,
        );
        return "later" as const;
      });
      if (answer === "later") return;
      if (answer === "refused") health.add("EventsDropped", oldest.call.items);
      else health.add("EventsSent", oldest.call.items);
      spool.remove(oldest);
      this.#pump();
    }
  }

  #idle(): boolean {
    if (this.#running > 0) return false;
    for (const outlet of this.#outlets.values()) if (outlet.open !== undefined || outlet.full.length > 0) return false;
    return true;
  }

  #wake(): void {
    if (!this.room && !this.#closing) return;
    for (const wake of [...this.#roomWaiters]) wake();
  }

  #wakeIdle(): void {
    const waiters = this.#idleWaiters;
    this.#idleWaiters = [];
    for (const wake of waiters) wake();
  }
}
