import { createHash } from "node:crypto";
import { join } from "node:path";
import { AwsError } from "../aws/aws-error.ts";
import { AwsClient } from "../aws/client.ts";
import { FlowRecorder, type RecordedInterface } from "../flows/recorder.ts";
import { controlCommand } from "./agent-control.ts";
import { FleetChannel, type Message, record } from "./channel.ts";
import { CommandJournal } from "./command-journal.ts";
import { DatabaseLogs } from "./databases.ts";
import { setDetailedMonitoring } from "./detailed-monitoring.ts";
import { carryOut, type DocumentDeps } from "./documents.ts";
import { collectFacts } from "./facts.ts";
import { FlowSpool } from "./flow-spool.ts";
import { credentialOf, type HostIdentity } from "./host-identity.ts";
import { InstanceMetrics } from "./instance-metrics.ts";
import { collectInventory } from "./inventory.ts";
import { NatMetrics } from "./nat-metrics.ts";
import { type Permissions, readPermissions } from "./permissions.ts";

export interface FleetAgentOptions {
  readonly identity: HostIdentity;
  /** Where the agent keeps its things. */
  readonly home: string;
  /** Where this part of it keeps what must outlive it. */
  readonly stateFolder: string;
  readonly permissionsFile: string;
  readonly agentVersion: string;
  readonly now: () => number;
  readonly log: (level: "info" | "warn" | "error", message: string, fields?: Record<string, unknown>) => void;
  /** Instead of the control command of this installation. */
  readonly control?: DocumentDeps["control"];
}

/** The server takes a host for lost after five minutes of silence. */
const HEARTBEAT_MS = 30_000;
const INVENTORY_MS = 3_600_000;
/** Windows of flows close at these looks, so an interval is longer by this at most. */
const LOOK_MS = 20_000;
const NAT_MS = 60_000;
const INSTANCE_MS = 60_000;
/** A server that is away is asked again after a second first, and after a minute at last. */
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 60_000;
/** Commands at work at a time; others wait at the server. */
const MAX_COMMANDS = 4;
/** What could not be done needs somebody to mend it first. */
const ASSIGN_AGAIN_MS = 60_000;
const FLOW_SPOOL_BYTES = 256 * 1_048_576;

/** This machine as a host of the fleet: says that it lives and what it is, does what it is told and its owner allows, records flows. */
export class FleetAgent {
  readonly #options: FleetAgentOptions;
  readonly #channel: FleetChannel;
  readonly #ssm: AwsClient;
  readonly #monitoring: AwsClient;
  readonly #journal: CommandJournal;
  readonly #spool: FlowSpool;
  readonly #databases: DatabaseLogs;
  readonly #instanceMetrics: InstanceMetrics;
  readonly #stop = new AbortController();
  readonly #running = new Map<string, AbortController>();
  readonly #work = new Set<Promise<void>>();
  #permissions: Permissions | undefined;
  #detailed = false;
  #factsSent = "";
  #inventorySent = new Map<string, string>();
  #recorder: FlowRecorder | undefined;
  #nat: NatMetrics | undefined;
  #assignmentsVersion = "";
  /** When assignments that could not be done are asked for again. */
  #assignAgainAt: number | undefined;
  /** What the recorder handed out is on disk when this resolves. */
  #spooled: Promise<void> = Promise.resolve();
  #telling: Promise<void> = Promise.resolve();

  constructor(options: FleetAgentOptions) {
    this.#options = options;
    const { identity, stateFolder, now } = options;
    const { endpoint, region } = identity;
    const credential = credentialOf(identity);
    this.#channel = new FleetChannel(identity, now);
    const calls = { endpoint, region, credentials: async () => credential, now, connections: 2 };
    this.#ssm = new AwsClient({ ...calls, service: "ssm" });
    this.#monitoring = new AwsClient({ ...calls, service: "monitoring" });
    this.#journal = new CommandJournal(join(stateFolder, "commands"));
    this.#spool = new FlowSpool(join(stateFolder, "flows"), FLOW_SPOOL_BYTES);
    this.#instanceMetrics = new InstanceMetrics({
      instanceId: identity.instanceId,
      home: options.home,
      stateFolder,
      now,
      client: new AwsClient({ ...calls, service: "monitoring" }),
      journal: { write: (level, message) => options.log(level === "debug" ? "info" : level, message) },
    });
    this.#databases = new DatabaseLogs(this.#control("auto"), () => this.#allowed());
  }

  /** Works until the signal aborts. Rejects only for what its owner must mend, such as a file of permissions that can't be read. */
  async run(signal: AbortSignal): Promise<void> {
    this.#permissions = await readPermissions(this.#options.permissionsFile);
    const end = () => {
      this.#stop.abort();
      this.#channel.endPoll();
    };
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();
    await this.#tellInterrupted();
    await Promise.all([
      this.#again("heartbeat", HEARTBEAT_MS, () => this.#heartbeat()),
      this.#again("inventory", INVENTORY_MS, () => this.#inventory()),
      this.#again("messages", 0, () => this.#poll()),
      this.#again("flows", LOOK_MS, () => this.#flows()),
      this.#again("instance metrics", INSTANCE_MS, () => this.#instanceMetrics.look(this.#detailed)),
      this.#again("nat", NAT_MS, async () => {
        if (this.#nat !== undefined) await this.#recorder?.look();
        await this.#natMetrics();
      }),
    ]);
    for (const running of this.#running.values()) running.abort();
    await Promise.all(this.#work);
    await this.#recorder?.stop();
    await this.#spooled;
    await this.#natMetrics().catch((error: unknown) => {
      this.#options.log("warn", "the last metrics of the NAT gateway were not sent", { error: String(error) });
    });
    // What can't be sent now waits on disk for the next start.
    await this.#spool
      .drain((batch) => this.#sendFlows(batch))
      .catch((error: unknown) => {
        this.#options.log("warn", "the last flows were not sent; they are kept", { error: String(error) });
      });
    await this.#instanceMetrics.close();
    this.#channel.close();
    this.#ssm.close();
    this.#monitoring.close();
  }

  readonly #control: DocumentDeps["control"] = (mode) =>
    this.#options.control?.(mode) ?? controlCommand(this.#options.home, mode);

  #allowed(): Permissions {
    if (this.#permissions === undefined) throw new Error("permissions are read at the start");
    return this.#permissions;
  }

  /** Does something every so often until the end. Failures are logged, and wait longer each time. */
  async #again(what: string, everyMs: number, action: () => Promise<void>): Promise<void> {
    let retryMs = FIRST_RETRY_MS;
    while (!this.#stop.signal.aborted) {
      let waitMs = everyMs;
      try {
        await action();
        retryMs = FIRST_RETRY_MS;
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        this.#options.log("warn", `${what} failed; it is tried again`, { error: String(error), afterMs: retryMs });
        waitMs = retryMs;
        retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
      }
      await this.#sleep(waitMs);
    }
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#stop.signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#stop.signal.addEventListener("abort", done, { once: true });
      if (this.#stop.signal.aborted) done();
    });
  }

  async #heartbeat(): Promise<void> {
    const { now, agentVersion, permissionsFile } = this.#options;
    this.#permissions = await readPermissions(permissionsFile);
    const facts = await collectFacts(now);
    const digest = digestOf(facts);
    // One at a time with what the server assigns: both call the control command.
    await this.#databases.keep().catch((error: unknown) => {
      this.#options.log("warn", "log files of databases are not sent; it is tried again", { error: String(error) });
    });
    const databases = await this.#databases.report();
    await this.#channel.heartbeat({
      agentVersion,
      shellScripts: this.#permissions.shellScripts,
      ...(digest !== this.#factsSent && { facts }),
      ...(databases !== undefined && { reports: { databases } }),
    });
    this.#factsSent = digest;
  }

  async #inventory(): Promise<void> {
    const { identity, agentVersion, now } = this.#options;
    const items = await collectInventory({ instanceId: identity.instanceId, agentVersion, now });
    const changed = items.filter(({ TypeName, ContentHash }) => this.#inventorySent.get(TypeName) !== ContentHash);
    // One type in a call: each may be as large as a call may be.
    for (const item of changed) {
      await this.#ssm.call("PutInventory", JSON.stringify({ InstanceId: identity.instanceId, Items: [item] }));
      this.#inventorySent.set(item.TypeName, item.ContentHash);
    }
  }

  async #poll(): Promise<void> {
    await this.#tellEnds();
    if (this.#assignAgainAt !== undefined && this.#options.now() >= this.#assignAgainAt) this.#assignmentsVersion = "";
    const { messages, assignmentsVersion, assignments } = await this.#channel.poll(this.#assignmentsVersion);
    for (const message of messages) {
      if (message.kind === "cancel") await this.#cancel(message.id);
      else if (this.#running.size < MAX_COMMANDS) this.#keep(this.#carryOut(message));
    }
    this.#assignmentsVersion = assignmentsVersion;
    if (assignments !== undefined) {
      this.#assignAgainAt = undefined;
      // What can't be done here (no packet filter, an agent that takes no configuration) must not keep commands waiting.
      await this.#assign(assignments).catch((error: unknown) => {
        this.#assignAgainAt = this.#options.now() + ASSIGN_AGAIN_MS;
        this.#options.log("warn", "what the server assigned could not be done; it is tried again", {
          error: String(error),
        });
      });
    }
  }

  async #assign(assignments: Readonly<Record<string, unknown>>): Promise<void> {
    const { natGatewayId } = record(assignments.nat);
    const known = this.#nat;
    if (typeof natGatewayId !== "string") this.#nat = undefined;
    else if (known?.id !== natGatewayId) this.#nat = this.#gateway(natGatewayId);
    this.#detailed = record(assignments.monitoring).detailed === true;
    setDetailedMonitoring(this.#options.home, this.#detailed);
    // Each by itself: what keeps one from being done must not keep the other.
    const [recorded] = await Promise.allSettled([this.#record(interfacesIn(assignments.flows))]);
    await this.#databases.assign(assignments.databases);
    // A new gateway shows its metrics at once, so that people find them.
    if (this.#nat !== undefined && known?.id !== this.#nat.id) this.#keep(this.#natMetrics());
    if (recorded?.status === "rejected") throw recorded.reason;
    // What was waited for is told at once.
    const databases = await this.#databases.report();
    if (databases !== undefined)
      await this.#channel.heartbeat({
        agentVersion: this.#options.agentVersion,
        shellScripts: this.#allowed().shellScripts,
        reports: { databases },
      });
  }

  #gateway(id: string): NatMetrics {
    const { now, log } = this.#options;
    return new NatMetrics({
      id,
      now,
      client: this.#monitoring,
      lost: () => log("warn", "metrics of the NAT gateway were given up: the server was away for three hours"),
    });
  }

  async #record(interfaces: readonly RecordedInterface[]): Promise<void> {
    const wanted = (interfaces.length > 0 || this.#nat !== undefined) && this.#allowed().recordFlows;
    if (!wanted) {
      await this.#recorder?.stop();
      this.#recorder = undefined;
      return;
    }
    if (this.#recorder === undefined) {
      const { now, log } = this.#options;
      const recorder = new FlowRecorder({
        now,
        log,
        deliver: (batches) => {
          this.#spooled = this.#spooled.then(() => this.#spool.add(batches));
          this.#keep(this.#spooled);
        },
        nat: {
          take: (delta) => this.#nat?.meter.take(delta),
          dropped: (packets) => this.#nat?.meter.dropped(packets),
        },
      });
      await recorder.start();
      this.#recorder = recorder;
    }
    this.#recorder.cover(interfaces);
  }

  async #flows(): Promise<void> {
    await this.#recorder?.look();
    await this.#spooled;
    await this.#spool.drain((batch) => this.#sendFlows(batch));
  }

  /** False when the server refused it for good: waiting would keep all later ones from it. */
  async #sendFlows(batch: object): Promise<boolean> {
    try {
      await this.#channel.putFlows([batch]);
      return true;
    } catch (error) {
      if (!(error instanceof AwsError) || error.remedy !== "never") throw error;
      this.#options.log("error", "the server refused records of flows; they are given up", { error: String(error) });
      return false;
    }
  }

  async #natMetrics(): Promise<void> {
    if (this.#recorder !== undefined) await this.#nat?.send(this.#recorder.translated);
  }

  async #carryOut(message: Extract<Message, { kind: "run" }>): Promise<void> {
    const { id, document } = message;
    if (!(await this.#journal.begin(id))) return;
    const abort = new AbortController();
    this.#running.set(id, abort);
    const { now, log, agentVersion } = this.#options;
    const startedAt = now();
    log("info", "a command begins", { id, document });
    try {
      // What the owner forbade a moment ago must not run.
      this.#permissions = await readPermissions(this.#options.permissionsFile);
      await this.#channel.reply(id, { status: "InProgress", startedAt }).catch((error: unknown) => {
        log("warn", "the server could not be told that a command began", { id, error: String(error) });
      });
      const reply = await carryOut(message, abort.signal, {
        permissions: () => this.#allowed(),
        control: this.#control,
        parameter: (name) => this.#parameter(name),
        agentVersion,
      }).catch((error: unknown) => ({ status: "Failed", code: -1, errorOutput: String(error) }) as const);
      await this.#journal.end(id, { ...reply, startedAt, endedAt: now() });
      log("info", "a command ended", { id, status: reply.status });
    } finally {
      this.#running.delete(id);
    }
    await this.#tellEnds();
  }

  async #parameter(name: string): Promise<string> {
    const answer = await this.#ssm.call("GetParameter", JSON.stringify({ Name: name }));
    const { Value } = record(answer.Parameter);
    if (typeof Value !== "string") throw new Error(`the parameter ${name} has no value`);
    return Value;
  }

  async #cancel(id: string): Promise<void> {
    const running = this.#running.get(id);
    if (running !== undefined) running.abort();
    // It never came, or came and was lost: either way it will not run.
    else if (await this.#journal.begin(id)) await this.#journal.end(id, { status: "Cancelled", code: -1 });
  }

  /** One at a time: the poll and a command that ends may both come to it. */
  #tellEnds(): Promise<void> {
    const telling = this.#telling.then(async () => {
      for (const { id, reply } of await this.#journal.untold()) {
        await this.#channel.reply(id, reply);
        await this.#journal.told(id);
      }
    });
    this.#telling = telling.catch(() => {});
    return telling;
  }

  async #tellInterrupted(): Promise<void> {
    for (const id of await this.#journal.interrupted())
      await this.#journal.end(id, {
        status: "Failed",
        code: -1,
        errorOutput: "The agent stopped while the command ran.",
      });
    await this.#journal.clean(this.#options.now());
  }

  /** Work that goes on beside the loops, until it is done or the agent ends. */
  #keep(work: Promise<void>): void {
    const kept = work
      .catch((error: unknown) => this.#options.log("error", "work failed", { error: String(error) }))
      .finally(() => this.#work.delete(kept));
    this.#work.add(kept);
  }
}

const digestOf = (value: object): string => createHash("sha256").update(JSON.stringify(value)).digest("hex");

function interfacesIn(assignment: unknown): RecordedInterface[] {
  const { interfaces } = record(assignment);
  return (Array.isArray(interfaces) ? interfaces : [])
    .map(record)
    .flatMap(({ id, name, intervals }) =>
      typeof id === "string" && typeof name === "string" && Array.isArray(intervals)
        ? [{ id, name, intervals: intervals.filter((interval) => typeof interval === "number") }]
        : [],
    );
}
