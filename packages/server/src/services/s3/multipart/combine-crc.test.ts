import assert from "node:assert/strict";
import { test } from "node:test";
import { payloadChecksum } from "@nephoscope/wire";
import { combineCrcs } from "./combine-crc.ts";

const crcOf = async (algorithm: string, text: string) => {
  const checksum = payloadChecksum(algorithm);
  checksum?.update(Buffer.from(text));
  return (await checksum?.digest()) ?? "";
};

for (const algorithm of ["crc32", "crc32c", "crc64nvme"]) {
  test(`${algorithm} of parts is that of the whole`, async () => {
    const texts = ["", "1", "23456", "x".repeat(70_001), "", "789".repeat(1_000)];
    const parts = await Promise.all(
      texts.map(async (text) => ({ value: await crcOf(algorithm, text), size: text.length })),
    );
    assert.equal(combineCrcs(algorithm, parts), await crcOf(algorithm, texts.join("")));
  });
}
