import { randomUUID } from "node:crypto";
import { ConnectionDeltas, type Delta } from "./connection-deltas.ts";
import { countConnections, listConnections, watchConnections } from "./conntrack.ts";
import { isExcluded } from "./excluded.ts";
import { FlowWindow, type WindowFlow } from "./flow-window.ts";
import { type HostNetwork, readHostNetwork } from "./host-network.ts";
import { flowsOfConnection, flowsOfRejected, type InterfaceFlow } from "./interface-flow.ts";
import { isTranslated, type NatMeter } from "./nat-meter.ts";
import { RejectTable } from "./reject-table.ts";

/** An interface that flow logs cover, and their aggregation intervals in seconds. */
export interface RecordedInterface {
  readonly id: string;
  /** Its name on this host. */
  readonly name: string;
  readonly intervals: readonly number[];
}

/** All that an interface saw in an interval, for the server. */
export interface RecordedBatch {
  readonly id: string;
  readonly interfaceId: string;
  readonly interval: number;
  readonly start: number;
  readonly end: number;
  readonly flows: readonly WindowFlow[];
  readonly skipped: boolean;
}

export interface FlowRecorderOptions {
  readonly now: () => number;
  /** Takes what was recorded; it is on its way then. */
  readonly deliver: (batches: RecordedBatch[]) => void;
  /** Hears of all translated traffic, whether a flow log covers it or not. */
  readonly nat?: Pick<NatMeter, "take" | "dropped">;
  readonly log: (level: "info" | "warn" | "error", message: string, fields?: Record<string, unknown>) => void;
}

const TCP = 6;

interface OpenWindow {
  readonly interval: number;
  /** Seconds since the epoch. */
  start: number;
  window: FlowWindow;
}

/**
 * Records the flows of this host's interfaces: accepted ones from the kernel's connection tracking, others from a table of packet
 * filter rules that is there while it runs. Needs the right to both (root, or CAP_NET_ADMIN in its network namespace).
 */
export class FlowRecorder {
  readonly #options: FlowRecorderOptions;
  readonly #deltas = new ConnectionDeltas();
  readonly #rejects = new RejectTable();
  #network: HostNetwork | undefined;
  #interfaces: readonly RecordedInterface[] = [];
  #windows: OpenWindow[] = [];
  #watch: { close(): Promise<void> } | undefined;
  #lastLook = 0;
  #skipped = false;
  #looking: Promise<void> = Promise.resolve();
  #translated = 0;

  constructor(options: FlowRecorderOptions) {
    this.#options = options;
  }

  /** Connections that are watched. */
  get connections(): number {
    return this.#deltas.size;
  }

  /** Translated connections of TCP, when it looked last. */
  get translated(): number {
    return this.#translated;
  }

  async start(): Promise<void> {
    // The table's rules look at states, which is what makes the kernel track connections in this network namespace.
    await this.#rejects.install();
    await countConnections();
    this.#network = await readHostNetwork();
    this.#watch = await watchConnections({
      ended: (connection) => this.#take(this.#deltas.ended(connection)),
      lost: (why) => {
        this.#skipped = true;
        this.#options.log("warn", "ends of connections were missed: records of this interval are incomplete", { why });
      },
    });
    this.#lastLook = this.#options.now();
    await this.look();
  }

  /** What is covered from now on. Windows of intervals that nobody asks for any more end unread. */
  cover(interfaces: readonly RecordedInterface[]): void {
    this.#interfaces = interfaces;
    const now = Math.floor(this.#options.now() / 1_000);
    const intervals = [...new Set(interfaces.flatMap((one) => one.intervals))];
    this.#windows = intervals.map(
      (interval) =>
        this.#windows.find((open) => open.interval === interval) ?? { interval, start: now, window: new FlowWindow() },
    );
  }

  /** Reads counters and hands out what is complete. To be called at least once in each shortest interval. */
  look(): Promise<void> {
    // Two dumps at once could not be told apart.
    const look = this.#looking.then(() => this.#look());
    this.#looking = look.catch(() => {});
    return look;
  }

  async #look(): Promise<void> {
    const { now } = this.#options;
    this.#network = await readHostNetwork();
    this.#deltas.beginDump();
    let translated = 0;
    await listConnections((connection) => {
      if (connection.protocol === TCP && isTranslated(connection)) translated++;
      this.#take(this.#deltas.listed(connection));
    });
    this.#translated = translated;
    if (this.#deltas.endDump() > 0) this.#skipped = true;
    const { rejected, lost } = await this.#rejects.read();
    if (lost) this.#skipped = true;
    const at = now();
    for (const one of rejected) {
      this.#add(flowsOfRejected(one, this.#network), this.#lastLook, at);
      const forwarded = this.#network.own(one.source) === undefined && this.#network.own(one.destination) === undefined;
      if (forwarded) this.#options.nat?.dropped(one.packets);
    }
    this.#lastLook = at;
    if (this.#skipped) for (const { window } of this.#windows) window.skipped = true;
    this.#skipped = false;
    this.#close(Math.floor(at / 1_000));
  }

  /** Hands out what there is, and leaves nothing in the kernel. */
  async stop(): Promise<void> {
    await this.look();
    this.#close(Number.POSITIVE_INFINITY);
    await this.#watch?.close();
    await this.#rejects.remove();
  }

  #take(delta: Delta | undefined): void {
    if (delta === undefined || this.#network === undefined) return;
    this.#options.nat?.take(delta);
    const now = this.#options.now();
    const { age } = delta.connection;
    const began = age === undefined ? this.#lastLook : Math.max(this.#lastLook, now - age * 1_000);
    this.#add(flowsOfConnection(delta, this.#network), began, now);
  }

  #add(flows: readonly InterfaceFlow[], from: number, to: number): void {
    const routers = this.#network?.routers ?? new Set<string>();
    const time = { start: Math.floor(from / 1_000), end: Math.floor(to / 1_000) };
    for (const flow of flows) {
      if (isExcluded(flow, routers)) continue;
      for (const { window, start } of this.#windows) window.add(flow, { ...time, start: Math.max(time.start, start) });
    }
  }

  #close(nowSeconds: number): void {
    const batches: RecordedBatch[] = [];
    for (const open of this.#windows) {
      if (nowSeconds < open.start + open.interval) continue;
      const end = Math.min(nowSeconds, Math.floor(this.#options.now() / 1_000));
      for (const { id, name, intervals } of this.#interfaces) {
        if (!intervals.includes(open.interval)) continue;
        const { skipped } = open.window;
        const flows = open.window.ofDevice(name);
        batches.push({
          id: randomUUID(),
          interfaceId: id,
          interval: open.interval,
          start: open.start,
          end,
          flows,
          skipped,
        });
      }
      open.start = end;
      open.window = new FlowWindow();
    }
    if (batches.length > 0) this.#options.deliver(batches);
  }
}
