import { randomBytes } from "node:crypto";
import type { Random } from "./random.ts";
import { type RawRequest, toBytes } from "./raw-http.ts";

/** Values that are special to some layer. As JSON text, so that also what no JSON writer makes can be sent. */
const NASTY_JSON: readonly [string, ...string[]] = [
  "null",
  "true",
  "false",
  "0",
  "-1",
  "1.5",
  "1e400",
  "-1e400",
  "9223372036854775807",
  "9223372036854775808",
  "2147483648",
  "4294967296",
  "9007199254740993",
  "1e-10",
  "-0",
  "[]",
  "{}",
  "[[]]",
  "[null]",
  '[""]',
  '{"":""}',
  '{"__proto__":{"x":1}}',
  '{"constructor":{"prototype":{"x":1}}}',
  '""',
  '" "',
  '"\\u0000"',
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\u202e"',
  '"\\ufeff"',
  '"\\uffff"',
  '"a\\nb\\tc\\\\N"',
  '"\'"',
  '"\\""',
  '"\'; DROP TABLE events; --"',
  '"{x:String}"',
  '"%"',
  '"_"',
  '"*"',
  '":*"',
  '"../../etc/passwd"',
  '"arn:aws:logs:us-east-1:222222222222:log-group:x"',
  '"<script>"',
  '"$(x)"',
  '"NaN"',
  '"Infinity"',
  '"\\\\"',
  '"é"',
  '"\\u{1}"',
  "NaN",
  "undefined",
  '"1"',
  '"true"',
  "[1,2,3]",
  '{"a":[{"b":[{"c":1}]}]}',
];
const LONG_JSON = [
  `"${"x".repeat(600)}"`,
  `"${"é".repeat(3_000)}"`,
  `[${"1,".repeat(500)}1]`,
  `${"[".repeat(200)}${"]".repeat(200)}`,
  `"${"(".repeat(1_000)}"`,
  "9".repeat(400),
];
const WORDS = [
  "|",
  "#",
  "(",
  ")",
  "[",
  "]",
  "{",
  "}",
  "'",
  '"',
  "`",
  "/",
  "\\",
  "*",
  "%",
  "$.",
  "@ptr",
  "bin(",
  "stats",
  "not ",
  " and ",
  " or ",
  "..",
  "999999999999999999999",
  "\0",
  "é",
  "\u202e",
  "--",
  "/*",
  "like /(/",
  "=~",
];

/** A member of a JSON text, replaced by raw JSON: writers would refuse most of these values. */
export function mutateInput(input: unknown, random: Random): string {
  const marks: string[] = [];
  const mark = (json: string): string => {
    marks.push(json);
    return `\u0001${marks.length - 1}\u0001`;
  };
  const nasty = () => mark(random.chance(0.1) ? (random.pick(LONG_JSON) ?? "1") : random.pick(NASTY_JSON));
  const count = 1 + random.below(3);
  let tree: unknown = structuredClone(input);
  for (let i = 0; i < count; i++) tree = mutateNode(tree, random, nasty);
  return JSON.stringify(tree).replace(
    /"\\u0001(\d+)\\u0001"/g,
    (_all, index: string) => marks[Number(index)] ?? "null",
  );
}

function mutateNode(node: unknown, random: Random, nasty: () => string): unknown {
  if (typeof node === "string" && random.chance(0.6)) return mutateText(node, random);
  if (typeof node === "number" && random.chance(0.6))
    return random.pick([node + 1, -node, node * 1_000, node / 1_000, node * 1e12, 0]);
  if (Array.isArray(node) && random.chance(0.85)) {
    const list = [...(node as unknown[])];
    const at = random.below(list.length + 1);
    const kind = random.below(5);
    if (kind === 0) list.splice(at, 1);
    else if (kind === 1) list.splice(at, 0, nasty());
    else if (kind === 2) list.push(...list);
    else if (at < list.length) list[at] = mutateNode(list[at], random, nasty);
    return list;
  }
  if (typeof node === "object" && node !== null && !Array.isArray(node) && random.chance(0.9)) {
    const entries = Object.entries(node);
    const at = random.below(entries.length);
    const entry = entries[at];
    const kind = random.below(6);
    if (entry === undefined || kind === 0)
      return Object.fromEntries([
        ...entries,
        [
          random.pick(["__proto__", "constructor", "unknown", "limit", "nextToken", "logGroupName", "toJSON", ""]),
          nasty(),
        ],
      ]);
    const [name, value] = entry;
    if (kind === 1) entries.splice(at, 1);
    else if (kind === 2) entries[at] = [name.toUpperCase(), value];
    else entries[at] = [name, mutateNode(value, random, nasty)];
    return Object.fromEntries(entries);
  }
  return nasty();
}

function mutateText(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  switch (random.below(6)) {
    case 0:
      return text.slice(0, at) + text.slice(at + 1 + random.below(5));
    case 1:
      return text.slice(0, at) + random.pick(WORDS) + text.slice(at);
    case 2:
      return text.slice(0, at) + String.fromCharCode(random.below(0x10000)) + text.slice(at);
    case 3:
      return text.slice(at) + text.slice(0, at);
    case 4:
      return text.slice(0, at) + text.slice(0, at).repeat(1 + random.below(8)) + text.slice(at);
    default:
      return text.replace(/[a-zA-Z]/, (char) => char.toUpperCase());
  }
}

/** Flips, cuts, repeats and inserts bytes. */
export function mutateBytes(bytes: Buffer, random: Random): Buffer {
  let out = Buffer.from(bytes);
  for (let i = 1 + random.below(4); i > 0 && out.length > 0; i--) {
    const at = random.below(out.length);
    switch (random.below(5)) {
      case 0:
        out.writeUInt8((out[at] ?? 0) ^ (1 << random.below(8)), at);
        break;
      case 1:
        out.writeUInt8(random.below(256), at);
        break;
      case 2:
        out = out.subarray(0, at);
        break;
      case 3:
        out = Buffer.concat([out.subarray(0, at), Buffer.from([random.below(256)]), out.subarray(at)]);
        break;
      default:
        out = Buffer.concat([out.subarray(0, at), out.subarray(at + 1 + random.below(16))]);
    }
  }
  return out;
}

const HEADER_VALUES: readonly [string, ...string[]] = [
  "",
  " ",
  "\0",
  "é",
  "x".repeat(300),
  "gzip",
  "chunked",
  "-1",
  "0",
  "99999999999999999999",
  "UNSIGNED-PAYLOAD",
  "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
  "100-continue",
  "close",
  "Upgrade",
  "application/cbor",
  "application/x-www-form-urlencoded",
  "rpc-v2-cbor",
  "__proto__",
  "Logs_20140328.",
  ".",
  "20201120T000000Z",
];
const HEADER_NAMES: readonly [string, ...string[]] = [
  "host",
  "content-type",
  "content-encoding",
  "x-amz-date",
  "date",
  "x-amz-target",
  "x-amz-content-sha256",
  "x-amz-security-token",
  "amz-sdk-invocation-id",
  "amz-sdk-request",
  "user-agent",
  "smithy-protocol",
  "expect",
  "connection",
  "te",
  "trailer",
  "x-amz-decoded-content-length",
  "__proto__",
  "cookie",
];

/** Changes a head after it was signed: its signature's parts, other headers, method, target. */
export function mutateHead(request: RawRequest, random: Random): RawRequest {
  const headers = request.headers.map(([name, value]): [string, string] => [name, value]);
  const at = random.below(headers.length);
  const [name = "", value = ""] = headers[at] ?? [];
  switch (random.below(8)) {
    case 0:
      headers[at] = [
        name,
        mutateText(value, random)
          .replace(/[\r\n\0]/g, " ")
          .replace(/[^\x20-\xff]/g, "?"),
      ];
      break;
    case 1:
      headers.splice(at, 1);
      break;
    case 2:
      headers.push([name, value]);
      break;
    case 3:
      headers.push([random.pick(HEADER_NAMES), random.pick(HEADER_VALUES)]);
      break;
    case 4:
      headers[at] = [name, random.pick(HEADER_VALUES)];
      break;
    case 5:
      return { ...request, method: random.pick(["GET", "PUT", "HEAD", "DELETE", "OPTIONS", "PATCH", "TRACE"]) };
    case 6:
      return {
        ...request,
        target: random.pick([
          "/",
          "//",
          "/x",
          "/?Action=x",
          "/service/Logs_20140328/operation/PutLogEvents",
          "/%00",
          "/?X-Amz-Signature=x",
          "*",
          "http://x/",
        ]),
      };
    default:
      return {
        ...request,
        headers: headers.map(([n, v]) =>
          n === "authorization" ? [n, mutateText(v, random).replace(/[^\x20-\x7e]/g, "?")] : [n, v],
        ),
      };
  }
  return { ...request, headers };
}

/** The bytes on the wire, spoilt as they are. */
export const mutateWire = (request: RawRequest, random: Random): Buffer =>
  random.chance(0.1)
    ? Buffer.concat([toBytes(request), randomBytes(1 + random.below(50))])
    : mutateBytes(toBytes(request), random);
