import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { type Service, WireFailure } from "@nephoscope/wire";
import { servicePrincipal } from "../../../platform/access/authority.ts";
import { canonicalId } from "../access/acl.ts";
import { bucketAcl } from "../access/acl-operations.ts";
import { ownershipIn } from "../access/ownership.ts";
import type { Bucket } from "../buckets/bucket.ts";
import type { S3Call, S3Deps } from "../operation.ts";
import { loggedOperation, logLine } from "./log-line.ts";

/** Lines of one bucket that wait. Past it they go out at once. */
const MAX_LINES = 5_000;
const LOGGER = "logging.s3.amazonaws.com";

export interface AccessLog {
  /** Writes down the calls of buckets that want it. */
  logged(service: Service): Service;
  /** Puts what was written down into the target buckets. */
  deliver(): Promise<void>;
}

/**
 * Access logs, best effort as S3's are: lines wait in memory for some minutes, and a crash loses them. Nothing waits for
 * them, and what can not be delivered is dropped and logged.
 */
export function accessLog(deps: S3Deps): AccessLog {
  const waiting = new Map<string, string[]>();
  let delivering: Promise<void> = Promise.resolve();

  const note = (operation: string, input: unknown, call: S3Call, outcome: Outcome): void => {
    const { Bucket: name, Key: key, VersionId: version } = namesIn(input);
    const bucket = name === undefined ? undefined : deps.buckets.find(name)?.document;
    if (name === undefined || !bucket?.logging) return;
    const line = logLine({
      owner: canonicalId(bucket.account),
      bucket: name,
      at: call.receivedAt.getTime(),
      remoteIp: call.sourceIp,
      requester: call.account === "" ? undefined : call.principal.arn,
      requestId: call.requestId,
      operation: loggedOperation(operation),
      key,
      status: outcome.status,
      errorCode: outcome.code,
      bytesSent: outcome.bytes,
      objectSize: outcome.size,
      totalMs: Math.max(0, Date.now() - call.receivedAt.getTime()),
      userAgent: call.userAgent,
      version,
    });
    const lines = waiting.get(name) ?? [];
    waiting.set(name, lines);
    lines.push(line);
    if (lines.length >= MAX_LINES) void deliver();
  };

  const deliver = (): Promise<void> => {
    const taken = [...waiting];
    waiting.clear();
    delivering = delivering.then(async () => {
      for (const [name, lines] of taken) {
        const bucket = deps.buckets.find(name)?.document;
        if (!bucket?.logging) continue;
        try {
          await put(deps, name, bucket, bucket.logging, lines);
        } catch (error) {
          deps.log("warn", "an access log could not be delivered", {
            bucket: name,
            target: bucket.logging.bucket,
            lines: lines.length,
            error,
          });
        }
      }
    });
    return delivering;
  };

  return {
    deliver,
    logged: (service) => ({
      ...service,
      async run(operation, input, call) {
        try {
          const output = await service.run(operation, input, call);
          note(operation, input, call, outcomeOf(operation, input, output));
          return output;
        } catch (error) {
          const status = error instanceof WireFailure ? error.status : 500;
          const code = error instanceof WireFailure ? error.code : "InternalError";
          note(operation, input, call, { status, code, bytes: undefined, size: undefined });
          throw error;
        }
      },
    }),
  };
}

interface Outcome {
  readonly status: number;
  readonly code: string | undefined;
  readonly bytes: number | undefined;
  readonly size: number | undefined;
}

const numberIn = (value: unknown, name: string): number | undefined => {
  const found = typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
  return typeof found === "number" ? found : undefined;
};

function outcomeOf(operation: string, input: unknown, output: unknown): Outcome {
  const reads = operation === "GetObject";
  const bytes = reads ? numberIn(output, "ContentLength") : undefined;
  const size =
    reads || operation === "HeadObject" ? numberIn(output, "ContentLength") : numberIn(input, "ContentLength");
  const range =
    reads && typeof output === "object" && output !== null && Reflect.get(output, "ContentRange") !== undefined;
  return {
    status: range ? 206 : operation.startsWith("Delete") && operation !== "DeleteObjects" ? 204 : 200,
    code: undefined,
    bytes,
    size,
  };
}

function namesIn(input: unknown): { Bucket?: string; Key?: string; VersionId?: string } {
  if (typeof input !== "object" || input === null) return {};
  const text = (name: string) => {
    const found: unknown = Reflect.get(input, name);
    return typeof found === "string" ? found : undefined;
  };
  const [Bucket, Key, VersionId] = [text("Bucket"), text("Key"), text("VersionId")];
  return {
    ...(Bucket !== undefined && { Bucket }),
    ...(Key !== undefined && { Key }),
    ...(VersionId !== undefined && { VersionId }),
  };
}

/** Whether the target lets the logging service write: by its policy, or by its access list. */
function mayLog(deps: S3Deps, source: string, owner: string, target: Bucket, targetName: string, key: string): boolean {
  if (ownershipIn(target.ownership) !== "BucketOwnerEnforced") {
    const granted = bucketAcl(target).grants.some(
      ({ grantee, permission }) =>
        "group" in grantee &&
        grantee.group === "LogDelivery" &&
        (permission === "WRITE" || permission === "FULL_CONTROL"),
    );
    if (granted) return true;
  }
  return deps.guard.allows(
    {
      principal: servicePrincipal(LOGGER),
      account: "",
      region: target.region,
      sourceIp: LOGGER,
      userAgent: LOGGER,
      requestId: "",
      sourceArn: `arn:aws:s3:::${source}`,
      sourceAccount: owner,
    },
    { action: "s3:PutObject", resource: `arn:aws:s3:::${targetName}/${key}` },
  );
}

async function put(
  deps: S3Deps,
  name: string,
  bucket: Bucket,
  to: NonNullable<Bucket["logging"]>,
  lines: readonly string[],
): Promise<void> {
  const target = deps.buckets.find(to.bucket)?.document;
  if (!target) throw new Error("the target bucket is not there");
  const now = deps.clock.now();
  const time = new Date(now).toISOString().slice(0, 19).replace(/[T:]/g, "-");
  const key = `${to.prefix}${time}-${randomBytes(8).toString("hex").toUpperCase()}`;
  if (!mayLog(deps, name, bucket.account, target, to.bucket, key))
    throw new Error(`the policy of the target bucket does not let ${LOGGER} put objects into it`);
  const body = Buffer.from(`${lines.join("\n")}\n`);
  const { key: objectKey, encryption } = deps.objectKeys.own();
  const received = await deps.payloads.receive(Readable.from([body]), body.length, objectKey);
  await deps.index.put(
    { bucket: target.number, key },
    target.versioning,
    {
      size: received.size,
      etag: received.md5.toString("hex"),
      modified: now,
      attributes: { contentType: "text/plain", metadata: {}, tags: {} },
      checksum: undefined,
      multipart: false,
      encryption,
      payload: received.payload,
    },
    undefined,
  );
}
