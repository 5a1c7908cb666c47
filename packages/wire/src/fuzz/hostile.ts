import { readAuthorization } from "../auth/authorization.ts";
import { canonicalRequest, sha256Hex, signingKey } from "../auth/canonical.ts";
import { decodeChunked } from "../auth/chunked.ts";
import { signRequest } from "../auth/sign.ts";
import { matches } from "../auth/verify.ts";
import { codecOf } from "../codec/codecs.ts";
import { WireFailure } from "../codec/failure.ts";
import { detect } from "../http/detect.ts";
import { Directory } from "../http/directory.ts";
import type { Operation, Protocol, ServiceModel } from "../model/shape.ts";
import type { Service } from "../service.ts";
import { generateInput } from "./generate.ts";
import { Random } from "./random.ts";

/**
 * Hostile requests against everything that reads them: heads, signatures, bodies of every protocol. A request is made
 * well and then damaged at random. Each must be read or refused with a `WireFailure`; anything else that is thrown is a
 * fault, and so is an object prototype that changed.
 */
export interface HostileResult {
  readonly read: number;
  readonly refused: number;
  readonly faults: readonly string[];
}

export function hostileBodies(models: readonly ServiceModel[], count: number, seed: number): HostileResult {
  const random = new Random(seed);
  const faults: string[] = [];
  let read = 0;
  let refused = 0;
  for (let i = 0; i < count; i++) {
    const model = random.pick(models);
    const operation = random.pick([...model.operations.values()]);
    const protocol = random.pick(model.protocols);
    const body = damage(bodyOf(operation, protocol, random), random);
    try {
      codecOf(model, protocol).read(operation, {
        method: "POST",
        headers: {},
        query: new URLSearchParams(damage(Buffer.from("a=b&list-type=2&max-keys=3"), random).toString("latin1")),
        labels: { Bucket: "b", Key: "k", FunctionName: "f" },
        body,
        form:
          protocol === "awsQuery" || protocol === "ec2Query" ? new URLSearchParams(body.toString("latin1")) : undefined,
      });
      read++;
    } catch (error) {
      if (error instanceof WireFailure) refused++;
      else
        faults.push(
          `seed ${seed}, ${i}: ${model.name} ${protocol} ${operation.name}: ${String(error)} on ${body.toString("latin1").slice(0, 200)}`,
        );
    }
    if (Object.keys(Object.prototype).length > 0) faults.push(`seed ${seed}, ${i}: Object.prototype was changed`);
  }
  return { read, refused, faults };
}

/** A body of the protocol's kind, with names of the operation's members and values that may be wrong. */
function bodyOf(operation: Operation, protocol: Protocol, random: Random): Buffer {
  const input = operation.input ? generateInput(operation.input, random) : {};
  if (protocol === "awsQuery" || protocol === "ec2Query") return Buffer.from(flatten(input, ""));
  if (protocol === "rpcv2Cbor")
    return random.chance(0.5)
      ? Buffer.from(random.bytes(random.below(60)))
      : Buffer.concat([Buffer.from([0xbf, 0x61, 0x61]), Buffer.from(random.bytes(20))]);
  if (protocol === "restXml") return Buffer.from(`<Root>${markup(input)}</Root>`);
  return Buffer.from(JSON.stringify(input, (_key, value) => (typeof value === "bigint" ? Number(value) : value)));
}

function flatten(value: unknown, path: string): string {
  if (typeof value !== "object" || value === null) return `${path}=${encodeURIComponent(String(value))}`;
  return Object.entries(value)
    .map(([name, item]) =>
      flatten(item, path === "" ? name : `${path}.${Array.isArray(value) ? `member.${Number(name) + 1}` : name}`),
    )
    .join("&");
}

function markup(value: unknown): string {
  if (typeof value !== "object" || value === null)
    return String(value).replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return Object.entries(value)
    .map(
      ([name, item]) =>
        `<${/^[A-Za-z]/.test(name) ? name : "member"}>${markup(item)}</${/^[A-Za-z]/.test(name) ? name : "member"}>`,
    )
    .join("");
}

const SPLINTERS = [
  "{",
  "[",
  '"',
  "\\",
  "\0",
  "null",
  "-1",
  "1e999",
  "__proto__",
  "constructor",
  '{"__proto__":{"x":1}}',
  "\u{1F600}",
  "=",
  "&",
  "%",
  "%ff",
  ".",
  ".1",
  "<",
  ">",
  "<!DOCTYPE a>",
  "]]>",
  "&#x0;",
  "'",
  ";",
  "--",
  "0",
  "9".repeat(40),
  "\r\n",
  "[".repeat(200),
  "a".repeat(3000),
];

/** Up to four wounds: bytes changed, cut out, doubled, or foreign ones put in. */
export function damage(bytes: Buffer, random: Random): Buffer {
  let out = bytes;
  for (let wounds = random.below(5); wounds > 0; wounds--) {
    const at = random.below(out.length + 1);
    const to = Math.min(out.length, at + random.below(20));
    switch (random.below(5)) {
      case 0:
        out = Buffer.concat([out.subarray(0, at), Buffer.from(random.bytes(1 + random.below(4))), out.subarray(to)]);
        break;
      case 1:
        out = Buffer.concat([out.subarray(0, at), out.subarray(to)]);
        break;
      case 2:
        out = Buffer.concat([out.subarray(0, to), out.subarray(at)]);
        break;
      case 3:
        out = Buffer.concat([out.subarray(0, at), Buffer.from(random.pick(SPLINTERS)), out.subarray(at)]);
        break;
      default:
        out = out.subarray(0, at);
    }
  }
  return out;
}

const SECRET = "secret";
const NOW = new Date("2026-11-20T23:30:00Z");

/**
 * Damaged heads and chunked bodies. A head that still verifies must say what was signed: whoever can damage a request and
 * keep its signature has forged one.
 */
export async function hostileHeads(services: readonly Service[], count: number, seed: number): Promise<HostileResult> {
  const random = new Random(seed);
  const directory = new Directory(services);
  const faults: string[] = [];
  let read = 0;
  let refused = 0;
  const signedHead = () => {
    const body = "{}";
    const request = {
      method: "POST",
      path: "/a%20b/c?x=1&y=%C3%A9",
      headers: { host: "h", "x-amz-target": "Logs_20140328.PutLogEvents" },
      body,
    };
    return {
      ...request,
      headers: signRequest(
        request,
        { accessKeyId: "AK", secret: SECRET },
        { region: "us-east-1", service: "logs" },
        NOW,
      ),
    };
  };
  const good = signedHead();
  const key = keyOf(good.headers);
  for (let i = 0; i < count; i++) {
    const name = random.pick([...Object.keys(good.headers), "path"]);
    const damaged = (text: string) =>
      damage(Buffer.from(text), random)
        .toString("latin1")
        .replaceAll(/[\r\n]/g, " ");
    const path = name === "path" ? damaged(good.path) : good.path;
    const headers: Record<string, string> = { ...good.headers };
    if (name !== "path") headers[name] = damaged(good.headers[name] ?? "");
    try {
      const query = new URLSearchParams(path.split("?")[1] ?? "");
      detect(directory, { method: "POST", url: path, headers }, query, undefined);
      const authorization = readAuthorization(headers, query, "json");
      if (!authorization) throw new WireFailure("MissingAuthenticationToken", "gone");
      const payloadHash = headers["x-amz-content-sha256"] ?? sha256Hex(good.body);
      const verified = matches(authorization, key, {
        method: "POST",
        url: path,
        rawHeaders: Object.entries(headers).flat(),
        payloadHash,
      });
      if (
        verified &&
        !same(name === "path" ? path : headers[name], name === "path" ? good.path : good.headers[name], name)
      ) {
        faults.push(
          `seed ${seed}, ${i}: ${name} was changed to ${JSON.stringify(name === "path" ? path : headers[name])} and verified`,
        );
      }
      if (!verified) throw new WireFailure("InvalidSignatureException", "refused");
      await decodeChunked(
        damage(Buffer.from("3\r\nabc\r\n0\r\n\r\n"), random),
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        {},
        authorization,
        key,
        "s3",
      );
      read++;
    } catch (error) {
      if (error instanceof WireFailure) refused++;
      else faults.push(`seed ${seed}, ${i}: ${name}: ${String(error)}`);
    }
  }
  return { read, refused, faults };
}

/**
 * Whether two texts mean the same where they stand. Blanks around and between words do not count in a header, the
 * signature's own header is free in its spelling, and a path may be written in several ways.
 */
function same(changed: string | undefined, original: string | undefined, name: string): boolean {
  if (name === "authorization") return true;
  if (name === "path") return canonicalPath(changed ?? "") === canonicalPath(original ?? "");
  return changed?.trim().replaceAll(/\s+/g, " ") === original?.trim();
}

/** As AWS's documentation has it: without empty and dotted segments, the query's keys decoded, sorted and encoded again. */
function canonicalPath(url: string): string {
  const request = { method: "", url, rawHeaders: [], signedHeaders: [], payloadHash: "" };
  return canonicalRequest(request, "logs");
}

function keyOf(headers: Readonly<Record<string, string>>): Uint8Array {
  const authorization = readAuthorization(headers, new URLSearchParams(), "json");
  if (!authorization) throw new Error("The request was not signed.");
  return signingKey(SECRET, authorization.scope);
}
