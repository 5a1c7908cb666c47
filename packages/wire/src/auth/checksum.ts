import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { Crc32c, Crc64Nvme } from "@aws-sdk/checksums/crc";
import { WireFailure } from "../codec/failure.ts";

const PREFIX = "x-amz-checksum-";

type Checksum = (payload: Uint8Array) => Promise<Uint8Array> | Uint8Array;

/** The checksums that S3's clients send with a payload, by the last part of the header's name. */
const ALGORITHMS: ReadonlyMap<string, Checksum> = new Map<string, Checksum>([
  ["crc32", crc32Bytes],
  ["crc32c", (payload) => digestOf(new Crc32c(), payload)],
  ["crc64nvme", (payload) => digestOf(new Crc64Nvme(), payload)],
  ["sha1", (payload) => createHash("sha1").update(payload).digest()],
  ["sha256", (payload) => createHash("sha256").update(payload).digest()],
]);

/** Compares a checksum that came with a payload, in base64. Headers with other names are none of this function's business. */
export async function checkChecksum(name: string, value: string, payload: Uint8Array): Promise<void> {
  if (!name.startsWith(PREFIX)) return;
  const algorithm = ALGORITHMS.get(name.slice(PREFIX.length));
  if (!algorithm)
    throw new WireFailure(
      "InvalidRequest",
      `The checksum '${name.slice(0, 64)}' is not supported. Use one of ${[...ALGORITHMS.keys()].join(", ")}.`,
    );
  const computed = Buffer.from(await algorithm(payload)).toString("base64");
  if (computed !== value)
    throw new WireFailure(
      "BadDigest",
      `The ${name.slice(PREFIX.length)} you specified did not match the calculated checksum.`,
    );
}

function crc32Bytes(payload: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(payload));
  return bytes;
}

function digestOf(
  checksum: { update(data: Uint8Array): void; digest(): Promise<Uint8Array> },
  payload: Uint8Array,
): Promise<Uint8Array> {
  checksum.update(payload);
  return checksum.digest();
}
