import { isIP } from "node:net";
import type { Flow, FlowBatch } from "./flow-records.ts";

/** More than these in one call is refused; the recorder sends several. */
const MAX_BATCHES = 64;
const MAX_FLOWS = 20_000;

/** Reads what a recorder sent; undefined when anything of it is wrong: half a batch would be a wrong record. */
export function readFlowBatches(value: unknown): FlowBatch[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_BATCHES) return undefined;
  const batches: FlowBatch[] = [];
  let flows = 0;
  for (const item of value as unknown[]) {
    const batch = readBatch(item);
    if (batch === undefined) return undefined;
    flows += batch.flows.length;
    if (flows > MAX_FLOWS) return undefined;
    batches.push(batch);
  }
  return batches;
}

function readBatch(value: unknown): FlowBatch | undefined {
  if (!isRecord(value) || !Array.isArray(value.flows)) return undefined;
  const { id, interfaceId, interval, start, end, skipped, continued, elsewhere = [] } = value;
  if (!Array.isArray(elsewhere) || !elsewhere.every(isAction)) return undefined;
  if (typeof id !== "string" || id === "" || id.length > 64) return undefined;
  if (typeof interfaceId !== "string" || !/^eni-[0-9a-f]{17}$/.test(interfaceId)) return undefined;
  if ((interval !== 60 && interval !== 600) || !isCount(start) || !isCount(end) || end < start) return undefined;
  const flows: Flow[] = [];
  for (const item of value.flows as unknown[]) {
    const flow = readFlow(item);
    if (flow === undefined) return undefined;
    flows.push(flow);
  }
  return {
    id,
    interfaceId,
    interval,
    start,
    end,
    flows,
    skipped: skipped === true,
    continued: continued === true,
    elsewhere: elsewhere.slice(0, 2),
  };
}

function readFlow(value: unknown): Flow | undefined {
  if (!isRecord(value)) return undefined;
  const { source, destination, packetSource = source, packetDestination = destination } = value;
  const { sourcePort, destinationPort, protocol, packets, bytes, start, end, action, direction, tcpFlags } = value;
  if (!isAddress(source) || !isAddress(destination) || !isAddress(packetSource) || !isAddress(packetDestination))
    return undefined;
  if (!isCount(sourcePort, 65_535) || !isCount(destinationPort, 65_535) || !isCount(protocol, 255)) return undefined;
  if (!isCount(packets) || !isCount(bytes) || !isCount(start) || !isCount(end)) return undefined;
  if (!isAction(action)) return undefined;
  if (direction !== "ingress" && direction !== "egress") return undefined;
  if (tcpFlags !== undefined && !isCount(tcpFlags, 255)) return undefined;
  return {
    source,
    destination,
    sourcePort,
    destinationPort,
    protocol,
    packets,
    bytes,
    start,
    end,
    action,
    direction,
    packetSource,
    packetDestination,
    tcpFlags,
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isAction = (value: unknown): value is Flow["action"] => value === "ACCEPT" || value === "REJECT";
const isAddress = (value: unknown): value is string => typeof value === "string" && isIP(value) !== 0;
const isCount = (value: unknown, most = Number.MAX_SAFE_INTEGER): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= most;
