import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { crc32 } from "node:zlib";
import { Crc32c, Crc64Nvme } from "@aws-sdk/checksums/crc";
import { WireFailure } from "../codec/failure.ts";

const PREFIX = "x-amz-checksum-";
/** Headers with the prefix that say something about checksums and are none. */
const NO_CHECKSUMS: ReadonlySet<string> = new Set(["type", "algorithm", "mode"]);

/** A checksum of bytes that come piece by piece. */
interface Running {
  update(piece: Uint8Array): void;
  digest(): Promise<Uint8Array> | Uint8Array;
}

/** The checksums that S3's clients send with a payload, by the last part of the header's name. */
const ALGORITHMS: ReadonlyMap<string, () => Running> = new Map<string, () => Running>([
  ["crc32", runningCrc32],
  ["crc32c", () => new Crc32c()],
  ["crc64nvme", () => new Crc64Nvme()],
  ["sha1", () => createHash("sha1")],
  ["sha256", () => createHash("sha256")],
]);

function runningCrc32(): Running {
  let value = 0;
  return {
    update(piece) {
      value = crc32(piece, value);
    },
    digest() {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes;
    },
  };
}

/** The names, such as `crc32`, of the algorithms that `payloadChecksum` knows. */
export const CHECKSUM_ALGORITHMS: readonly string[] = [...ALGORITHMS.keys()];

/** A running checksum that gives base64; undefined for an algorithm that is not known. */
export function payloadChecksum(
  algorithm: string,
): { update(piece: Uint8Array): void; digest(): Promise<string> } | undefined {
  const running = ALGORITHMS.get(algorithm)?.();
  return (
    running && {
      update: (piece) => running.update(piece),
      digest: async () => Buffer.from(await running.digest()).toString("base64"),
    }
  );
}

/** Compares a checksum that came with a payload, in base64. Headers with other names are none of this function's business. */
export async function checkChecksum(name: string, value: string, payload: Uint8Array): Promise<void> {
  if (!name.startsWith(PREFIX)) return;
  const algorithm = name.slice(PREFIX.length);
  const running = payloadChecksum(algorithm);
  if (!running) throw unsupported(name);
  running.update(payload);
  if ((await running.digest()) !== value) throw badDigest(algorithm);
}

const unsupported = (name: string) =>
  new WireFailure(
    "InvalidRequest",
    `The checksum '${name.slice(0, 64)}' is not supported. Use one of ${CHECKSUM_ALGORITHMS.join(", ")}.`,
  );

const badDigest = (algorithm: string) =>
  new WireFailure("BadDigest", `The ${algorithm} you specified did not match the calculated checksum.`);

/** The checksums that a request's headers give for its payload, or announce for its trailer, over a payload in pieces. */
export class PayloadChecksums {
  readonly #running: {
    readonly algorithm: string;
    readonly given: string | undefined;
    readonly checksum: NonNullable<ReturnType<typeof payloadChecksum>>;
  }[] = [];
  /** By algorithm, in base64: those that were checked and found right. */
  readonly values = new Map<string, string>();

  /** Throws `InvalidRequest` for an algorithm that is not supported. `announced`: names of trailer headers. */
  constructor(headers: IncomingHttpHeaders, announced: readonly string[]) {
    const given = Object.entries(headers).flatMap(([name, value]) =>
      name.startsWith(PREFIX) && !NO_CHECKSUMS.has(name.slice(PREFIX.length)) ? [{ name, value: String(value) }] : [],
    );
    const trailing = announced.flatMap((name) => (name.startsWith(PREFIX) ? [{ name, value: undefined }] : []));
    for (const { name, value } of [...given, ...trailing]) {
      const algorithm = name.slice(PREFIX.length);
      const checksum = payloadChecksum(algorithm);
      if (!checksum) throw unsupported(name);
      this.#running.push({ algorithm, given: value, checksum });
    }
  }

  update(piece: Uint8Array): void {
    for (const { checksum } of this.#running) checksum.update(piece);
  }

  /** Throws `BadDigest` when the payload's checksum is another. */
  async check(trailer: ReadonlyMap<string, string>): Promise<void> {
    for (const { algorithm, given, checksum } of this.#running) {
      const computed = await checksum.digest();
      if (computed !== (given ?? trailer.get(PREFIX + algorithm))) throw badDigest(algorithm);
      this.values.set(algorithm, computed);
    }
  }
}
