import type { Room, ServerHealth } from "@nephoscope/server/health";
import { bytesText, durationText, numberText } from "../time/format.ts";

/** A part of the server, and whether it is well. */
export interface Part {
  readonly name: string;
  readonly state: "success" | "warning" | "error";
  /** How it is, in a few words. */
  readonly text: string;
  /** What it is, and what to do where it is not well. */
  readonly detail: string;
}

/** Shares of a disk: ClickHouse merges need room, and a full disk stops every write. */
const LITTLE_ROOM = 0.1;
const NO_ROOM = 0.03;
/** Share of the engine's bound, beyond which large queries are refused. */
const MUCH_MEMORY = 0.9;

export function partsOf(server: ServerHealth, now: number): readonly Part[] {
  return [
    enginePart(server),
    diskPart(server.Disk),
    storesPart(server),
    outboxPart(server),
    jobsPart(server, now),
  ].concat(recordsPart(server));
}

function enginePart({ Engine: { Kind, State, Fault, Details } }: ServerHealth): Part {
  const name = Kind === "embedded" ? "Engine (embedded)" : "Engine (cluster)";
  if (State !== "up" || Details === undefined) {
    const detail = `${Fault ?? ""} Log events and metrics can be neither stored nor read; the server tries again by itself.`;
    return { name, state: "error", text: "Not available", detail: detail.trim() };
  }
  const { Version, UptimeSeconds, MemoryBytes, MemoryLimitBytes } = Details;
  const about = `ClickHouse ${Version}, up for ${durationText(UptimeSeconds * 1_000)}.`;
  const memory = `${bytesText(MemoryBytes)}${MemoryLimitBytes > 0 ? ` of ${bytesText(MemoryLimitBytes)}` : ""} of memory`;
  if (MemoryLimitBytes > 0 && MemoryBytes > MUCH_MEMORY * MemoryLimitBytes) {
    return {
      name,
      state: "warning",
      text: memory,
      detail: `${about} Little of its memory is left: large queries may be refused. More is given by NEPHOSCOPE_ENGINE_MEMORY_MB.`,
    };
  }
  return { name, state: "success", text: memory, detail: about };
}

function diskPart({ FreeBytes, TotalBytes }: Room): Part {
  const share = TotalBytes === 0 ? 0 : FreeBytes / TotalBytes;
  const text = `${bytesText(FreeBytes)} free of ${bytesText(TotalBytes)}`;
  const name = "Disk of the data directory";
  if (share < NO_ROOM) {
    return { name, state: "error", text, detail: "A full disk stops every write. Make room, or shorten retentions." };
  }
  if (share < LITTLE_ROOM) {
    return { name, state: "warning", text, detail: "It will be full before long. Make room, or shorten retentions." };
  }
  return { name, state: "success", text, detail: "Log events, metrics, objects and the state are kept there." };
}

function storesPart({ Stores, Objects }: ServerHealth): Part {
  const sum = Stores.reduce((bytes, { Bytes }) => bytes + Bytes, 0);
  const files = Stores.map(({ Name, Bytes }) => `${Name} ${bytesText(Bytes)}`).join(", ");
  const objects =
    Objects === "s3" ? "Larger objects are in another S3." : "Larger objects are files of the data directory.";
  return { name: "State and objects", state: "success", text: bytesText(sum), detail: `${files}. ${objects}` };
}

function outboxPart({ Outbox: { Waiting, GivenUp }, Mail }: ServerHealth): Part {
  const name = "Outbox and mail";
  const text = `${numberText(Waiting)} waiting, ${numberText(GivenUp)} given up`;
  const detail = `Mails go to ${Mail}.`;
  return { name, state: GivenUp > 0 ? "warning" : "success", text, detail };
}

function jobsPart({ Jobs }: ServerHealth, now: number): Part {
  const failing = Jobs.filter(({ LastError }) => LastError !== undefined);
  const name = "Background jobs";
  const running = Jobs.filter(({ RunningSince }) => RunningSince !== undefined && RunningSince <= now).length;
  if (failing.length > 0) {
    return {
      name,
      state: "error",
      text: `${numberText(failing.length)} of ${numberText(Jobs.length)} failed`,
      detail: `${failing.map(({ Name, LastError }) => `${Name}: ${LastError}`).join("; ")}. They are tried again by themselves.`,
    };
  }
  return { name, state: "success", text: `${numberText(Jobs.length)} jobs`, detail: `${numberText(running)} run now.` };
}

function recordsPart({ LostCallRecords }: ServerHealth): Part {
  const name = "Record of calls";
  if (LostCallRecords === 0) {
    return { name, state: "success", text: "Complete", detail: "Every call since the start is recorded." };
  }
  return {
    name,
    state: "error",
    text: `${numberText(LostCallRecords)} lost`,
    detail: "So many calls since the start could not be recorded; the server's log tells why.",
  };
}

/** The agents of this region's hosts, as a part. */
export function agentsPart(states: readonly (string | undefined)[], more: boolean): Part {
  const name = "Agents of this region";
  if (states.length === 0)
    return { name, state: "success", text: "No hosts", detail: "Hosts are registered on the page Hosts." };
  const online = states.filter((state) => state === "Online").length;
  const lost = states.filter((state) => state === "ConnectionLost").length;
  const text = `${numberText(online)} of ${numberText(states.length)}${more ? "+" : ""} online`;
  if (lost === 0) return { name, state: "success", text, detail: "They take commands and send logs and metrics." };
  return { name, state: "warning", text, detail: `${numberText(lost)} have been silent for more than five minutes.` };
}
