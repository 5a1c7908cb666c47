import { CHECKSUM_ALGORITHMS } from "@nephoscope/wire";
import { refusal } from "../failures.ts";
import type { Received } from "../store/payloads.ts";
import type { Checksum } from "../store/stored-object.ts";

/** Refuses a payload that is not what `Content-MD5` says. */
export function checkMd5(header: string | undefined, md5: Buffer): void {
  if (header === undefined) return;
  if (!/^[A-Za-z0-9+/]{22}==$/.test(header))
    throw refusal("InvalidDigest", "The Content-MD5 you specified was invalid.");
  if (header !== md5.toString("base64"))
    throw refusal("BadDigest", "The Content-MD5 you specified did not match what we received.");
}

/** The checksum that is kept with an object: the one that came with it. */
export function receivedChecksum({ checksums }: Received): Checksum | undefined {
  const [first] = checksums;
  return first && { algorithm: first[0], value: first[1], type: "FULL_OBJECT" };
}

/** The members in which S3 tells an object's checksum. */
export function checksumMembers(checksum: Checksum | undefined) {
  if (checksum === undefined) return {};
  const { algorithm, value } = checksum;
  return {
    ...(algorithm === "crc32" && { ChecksumCRC32: value }),
    ...(algorithm === "crc32c" && { ChecksumCRC32C: value }),
    ...(algorithm === "crc64nvme" && { ChecksumCRC64NVME: value }),
    ...(algorithm === "sha1" && { ChecksumSHA1: value }),
    ...(algorithm === "sha256" && { ChecksumSHA256: value }),
  };
}

/** The name of an algorithm, such as `crc32`, of S3's own, such as `CRC32`. */
export function checksumAlgorithm(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const algorithm = name.toLowerCase();
  if (!CHECKSUM_ALGORITHMS.includes(algorithm))
    throw refusal(
      "InvalidRequest",
      `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [${CHECKSUM_ALGORITHMS.map((known) => known.toUpperCase()).join(", ")}]`,
    );
  return algorithm;
}
