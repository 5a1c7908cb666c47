import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { WireFailure } from "@nephoscope/wire";
import type { Flow, FlowBatch } from "../../../platform/fleet/flow-records.ts";
import type { HostResource, Scope } from "../../../platform/fleet/host.ts";
import type { Resource } from "../../../platform/state/state.ts";
import { type Interface, interfacesOfHost, zoneIdOf } from "../network/seen.ts";
import type { Ec2Deps } from "../operation.ts";
import { FLOW_LOGS_SERVICE, publishQuestion } from "./create-flow-logs.ts";
import { covers, type FlowLog, flowLogRef, flowLogsOf } from "./flow-log.ts";
import { type RecordFormat, readFormat } from "./record-format.ts";

/** Bounds of PutLogEvents: events and bytes with what each event costs beside its text. */
const MAX_EVENTS = 10_000;
const MAX_BYTES = 1_000_000;
const EVENT_BYTES = 26;

/** Who writes into buckets: their policies must let it (VPC user guide, "Amazon S3 bucket permissions for flow logs"). */
const DELIVERY_SERVICE = "delivery.logs.amazonaws.com";

interface Line {
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly message: string;
}

/**
 * Writes what a host recorded where its flow logs say. Resolves when all of it is durable. A destination that refuses makes its flow log
 * FAILED, and its records are gone, as on AWS; one that is only away makes the host send them again.
 */
export async function deliverFlows(deps: Ec2Deps, host: HostResource, batches: readonly FlowBatch[]): Promise<void> {
  const interfaces = new Map(interfacesOfHost(deps, host).map((one) => [one.id, one]));
  const logs = flowLogsOf(deps.state, host.ref);
  for (const batch of batches) {
    // A host writes of its own interfaces only; one that was there a moment ago is no fault.
    const one = interfaces.get(batch.interfaceId);
    if (one === undefined) continue;
    for (const log of logs) {
      if (log.document.interval !== batch.interval || !covers(log, one)) continue;
      const format = readFormat(log.document.format);
      await settle(deps, host.ref, log, () => write(deps, host.ref, log, one, format, batch));
    }
  }
}

export function linesOf(
  scope: Scope,
  { document }: Resource<FlowLog>,
  one: Interface,
  format: RecordFormat,
  batch: FlowBatch,
): Line[] {
  const source = { ...scope, interface: one, zoneId: zoneIdOf(one.zone), batch };
  const timestamp = batch.end * 1_000;
  const isWanted = (action: Flow["action"]) => document.traffic === "ALL" || action === document.traffic;
  const wanted = batch.flows.filter(({ action }) => isWanted(action));
  const lines = wanted.map((flow) => ({
    timestamp: flow.end * 1_000,
    message: format.write({ ...source, flow, status: "OK" }),
  }));
  if (batch.skipped)
    lines.push({ timestamp, message: format.write({ ...source, flow: undefined, status: "SKIPDATA" }) });
  else if (lines.length === 0 && !batch.continued && !batch.elsewhere.some(isWanted))
    lines.push({ timestamp, message: format.write({ ...source, flow: undefined, status: "NODATA" }) });
  return lines.sort((a, b) => a.timestamp - b.timestamp);
}

async function write(
  { calls, roles }: Ec2Deps,
  scope: Scope,
  log: Resource<FlowLog>,
  one: Interface,
  format: RecordFormat,
  batch: FlowBatch,
): Promise<void> {
  const { account, region } = scope;
  const lines = linesOf({ account, region }, log, one, format, batch);
  // Another part tells of this interval.
  if (lines.length === 0) return;
  const { destination, traffic } = log.document;
  const key = createHash("sha256")
    .update(JSON.stringify([log.ref.key, batch.interfaceId, batch.id]))
    .digest("hex");
  if (destination.kind === "s3") {
    const sourceArn = `arn:aws:logs:${region}:${account}:*`;
    const from = { account, region, by: DELIVERY_SERVICE, sourceArn, id: key };
    const body = gzipSync(`${[format.names.join(" "), ...lines.map(({ message }) => message)].join("\n")}\n`);
    const Key = objectKey(scope, log, destination, batch.end * 1_000, key.slice(0, 8));
    await calls.run(from, "s3", "PutObject", {
      Bucket: destination.bucket,
      Key,
      Body: Readable.from([body]),
      ContentLength: body.length,
    });
    return;
  }
  const { group: logGroupName, roleArn } = destination;
  // The role may have lost the right since the flow log was made.
  const refusal = roles.refusal(publishQuestion({ account, region }, logGroupName, roleArn));
  if (refusal !== undefined) throw new WireFailure("AccessDeniedException", refusal);
  const logStreamName = `${one.id}-${traffic.toLowerCase()}`;
  let part = 0;
  for (const logEvents of parts(lines)) {
    const from = { account, region, by: FLOW_LOGS_SERVICE, roleArn, id: `${key}-${part++}` };
    await putEvents(calls, from, { logGroupName, logStreamName, logEvents });
  }
}

async function putEvents(
  calls: Ec2Deps["calls"],
  from: Parameters<Ec2Deps["calls"]["run"]>[0],
  input: { logGroupName: string; logStreamName: string; logEvents: Line[] },
): Promise<void> {
  const put = () => calls.run(from, "cloudwatch-logs", "PutLogEvents", input);
  try {
    await put();
  } catch (error) {
    if (!(error instanceof WireFailure) || error.code !== "ResourceNotFoundException") throw error;
    const { logGroupName, logStreamName } = input;
    try {
      await calls.run(from, "cloudwatch-logs", "CreateLogStream", { logGroupName, logStreamName });
    } catch (failure) {
      // Another interval made it meanwhile.
      if (!(failure instanceof WireFailure) || failure.code !== "ResourceAlreadyExistsException") throw failure;
    }
    await put();
  }
}

function* parts(lines: readonly Line[]): Generator<Line[]> {
  let part: Line[] = [];
  let bytes = 0;
  for (const line of lines) {
    const more = Buffer.byteLength(line.message) + EVENT_BYTES;
    if (part.length === MAX_EVENTS || bytes + more > MAX_BYTES) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(line);
    bytes += more;
  }
  if (part.length > 0) yield part;
}

/** Names of files as AWS makes them (VPC user guide, "Flow log files"). */
export function objectKey(
  { account, region }: Scope,
  { ref }: Resource<FlowLog>,
  { folder, hive, perHour }: Extract<FlowLog["destination"], { kind: "s3" }>,
  at: number,
  hash: string,
): string {
  const [date = "", time = ""] = new Date(at).toISOString().split("T");
  const [year, month, day] = date.split("-");
  const [hour, minute] = time.split(":");
  const named = (name: string, value: string | undefined) => (hive ? `${name}=${value}` : value);
  const path = [
    named("aws-account-id", account),
    named("aws-service", "vpcflowlogs"),
    named("aws-region", region),
    named("year", year),
    named("month", month),
    named("day", day),
    ...(perHour ? [named("hour", hour)] : []),
  ].join("/");
  return `${folder}AWSLogs/${path}/${account}_vpcflowlogs_${region}_${ref.key}_${year}${month}${day}T${hour}${minute}Z_${hash}.log.gz`;
}

/** Notes how a delivery went. A refusal is final for these records; anything else is the host's to try again. */
async function settle(deps: Ec2Deps, scope: Scope, log: Resource<FlowLog>, write: () => Promise<void>): Promise<void> {
  let failure: FlowLog["failure"];
  try {
    await write();
  } catch (error) {
    if (!(error instanceof WireFailure) || error.status >= 500 || /Throttl|ServiceUnavailable/.test(error.code))
      throw error;
    failure = /AccessDenied|NotFound|NoSuchBucket/.test(error.code) ? "Access error" : "Unknown error";
  }
  const ref = flowLogRef(scope, log.ref.key);
  const found = deps.state.get<FlowLog>(ref);
  if (found === undefined || found.document.failure === failure) return;
  const { failure: _before, ...document } = found.document;
  await deps.state.commit({
    cause: { action: "fleet:PutFlowRecords" },
    changes: [{ put: ref, document: { ...document, ...(failure !== undefined && { failure }) }, expect: "any" }],
  });
}
