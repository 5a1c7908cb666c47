import assert from "node:assert/strict";
import { test } from "node:test";
import type { Authorization } from "./authorization.ts";
import { signingKey } from "./canonical.ts";
import { ChunkedDecoder, decodeChunked } from "./chunked.ts";

/** S3's documented examples: 66,560 letters in chunks of 64 KiB and 1 KiB, with the signatures AWS prints. */
const scope = { date: "20130524", region: "us-east-1", service: "s3" };
const key = signingKey("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", scope);
const seeded = (signature: string): Authorization => ({
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  sessionToken: undefined,
  scope,
  signedHeaders: ["host"],
  signature,
  time: "20130524T000000Z",
  expires: undefined,
});

const payload = "a".repeat(66_560);
const chunk = (size: number, proof?: string) =>
  `${size.toString(16)}${proof === undefined ? "" : `;chunk-signature=${proof}`}\r\n${"a".repeat(size)}\r\n`;
const end = (proof: string) => `0;chunk-signature=${proof}\r\n`;

const PLAIN = {
  seed: seeded("4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"),
  body:
    chunk(65_536, "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648") +
    chunk(1024, "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497") +
    `${end("b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9")}\r\n`,
};
const TRAILED = {
  seed: seeded("106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e"),
  body:
    chunk(65_536, "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2") +
    chunk(1024, "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7") +
    end("2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992") +
    "x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n",
};
const TRAILER = { "x-amz-trailer": "x-amz-checksum-crc32c" };

const signed = (body: string, headers = {}) =>
  decodeChunked(Buffer.from(body), "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", headers, PLAIN.seed, key, "s3");
const trailed = (body: string, headers = {}) =>
  decodeChunked(Buffer.from(body), "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", headers, TRAILED.seed, key, "s3");
const unsigned = (body: string, headers = {}) =>
  decodeChunked(Buffer.from(body), "STREAMING-UNSIGNED-PAYLOAD-TRAILER", headers, PLAIN.seed, key, "s3");

test("signed chunks give the payload", async () => {
  assert.equal((await signed(PLAIN.body, { "x-amz-decoded-content-length": "66560" })).toString(), payload);
});

test("signed chunks with a trailer give the payload", async () => {
  assert.equal((await trailed(TRAILED.body, TRAILER)).toString(), payload);
});

test("an unsigned body with a trailer gives the payload", async () => {
  // CRC-32 of "123456789" is cbf43926, the check value of every description of it.
  assert.equal(
    (
      await unsigned(
        `9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:${Buffer.from("cbf43926", "hex").toString("base64")}\r\n\r\n`,
      )
    ).toString(),
    "123456789",
  );
});

const checks = { crc32c: "e3069283", crc64nvme: "ae8b14860a799888", sha1: "f7c3bc1d808e04732adf679965ccc34ca7ae3441" };
for (const [name, value] of Object.entries(checks)) {
  test(`the published check value of ${name} is accepted, and another is not`, async () => {
    const body = (hex: string) =>
      `9\r\n123456789\r\n0\r\nx-amz-checksum-${name}:${Buffer.from(hex, "hex").toString("base64")}\r\n\r\n`;
    assert.equal((await unsigned(body(value))).toString(), "123456789");
    await assert.rejects(unsigned(body(value.replace(/^./, (digit) => (digit === "0" ? "1" : "0")))), {
      code: "BadDigest",
    });
  });
}

const refused = (name: string, run: () => Promise<unknown>, code: string) =>
  test(`refused: ${name}`, () => assert.rejects(run(), { code }));

refused("a changed byte in a chunk", () => signed(PLAIN.body.replace("aaa", "aab")), "SignatureDoesNotMatch");
refused("a chunk left out", () => signed(PLAIN.body.slice(PLAIN.body.indexOf("400;"))), "SignatureDoesNotMatch");
refused("chunks without signatures", () => signed(`${chunk(3)}0\r\n\r\n`), "SignatureDoesNotMatch");
refused("a changed trailer", () => trailed(TRAILED.body.replace("sOO8", "sOO9"), TRAILER), "SignatureDoesNotMatch");
refused(
  "a trailer without its signature",
  () => trailed(TRAILED.body.replace(/x-amz-trailer-signature.*\r\n/, ""), TRAILER),
  "SignatureDoesNotMatch",
);
refused("a trailer that lacks what was announced", () => unsigned("1\r\na\r\n0\r\n\r\n", TRAILER), "IncompleteBody");
refused(
  "another length than declared",
  () => signed(PLAIN.body, { "x-amz-decoded-content-length": "66561" }),
  "IncompleteBody",
);
refused("a body that ends inside a chunk", () => signed(PLAIN.body.slice(0, 1000)), "IncompleteBody");
refused("a chunk size that is no number", () => unsigned("zz\r\na\r\n"), "IncompleteBody");
refused("a chunk size of gigabytes", () => unsigned("ffffffff\r\na\r\n"), "IncompleteBody");
refused(
  "a checksum of an unknown kind",
  () => unsigned("1\r\na\r\n0\r\nx-amz-checksum-md4:AAAA\r\n\r\n"),
  "InvalidRequest",
);

test("a body in pieces of any size gives the same payload", () => {
  for (const size of [1, 7, 85, 86, 65_536]) {
    let decoded = "";
    const proof = {
      mode: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
      headers: TRAILER,
      authorization: TRAILED.seed,
      key,
      family: "s3",
    } as const;
    const decoder = new ChunkedDecoder(proof, (piece) => {
      decoded += piece.toString("latin1");
    });
    const sent = Buffer.from(TRAILED.body);
    for (let at = 0; at < sent.length; at += size) decoder.write(sent.subarray(at, at + size));
    assert.equal(decoder.end().get("x-amz-checksum-crc32c"), "sOO8/Q==");
    assert.equal(decoded, payload, `pieces of ${size}`);
  }
});

test("a body that ends early is refused wherever it ends", () => {
  const proof = {
    mode: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    headers: {},
    authorization: PLAIN.seed,
    key,
    family: "s3",
  } as const;
  const sent = Buffer.from(PLAIN.body);
  const complete = sent.length - 2;
  for (let end = 0; end < complete; end += end < 100 || end > complete - 200 ? 1 : 997) {
    const decoder = new ChunkedDecoder(proof, () => {});
    decoder.write(sent.subarray(0, end));
    assert.throws(() => decoder.end(), { code: "IncompleteBody" }, `${end} bytes`);
  }
});
