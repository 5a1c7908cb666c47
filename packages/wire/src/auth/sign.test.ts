import assert from "node:assert/strict";
import { test } from "node:test";
import { SignatureV4 } from "@smithy/signature-v4";
import { Random } from "../fuzz/random.ts";
import { Sha256 } from "../http/presign.harness.ts";
import { readAuthorization } from "./authorization.ts";
import { percentEncode, sha256Hex, signingKey } from "./canonical.ts";
import { signRequest } from "./sign.ts";
import { matches } from "./verify.ts";

const SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const NOW = new Date("2026-11-20T23:30:00Z");

const signer = (service: string) =>
  new SignatureV4({
    service,
    region: "eu-west-1",
    sha256: Sha256,
    credentials: { accessKeyId: "AK/with/slashes", secretAccessKey: SECRET, sessionToken: "token" },
    applyChecksum: true,
    uriEscapePath: service !== "s3",
  });

const WORDS = [
  "a",
  "b c",
  "x&y=z",
  "é漢",
  "+plus",
  "%20",
  "~tilde",
  "(paren)",
  "'q'",
  "*",
  "semi;",
  "a/b",
  "..",
  ".",
  "",
];

function randomRequest(random: Random) {
  const segments = Array.from({ length: random.below(4) }, () => percentEncode(random.pick(WORDS)));
  const query: Record<string, string | string[]> = {};
  for (let i = random.below(4); i > 0; i--)
    query[random.pick(WORDS) || "k"] = random.chance(0.3)
      ? [random.pick(WORDS), random.pick(WORDS)]
      : random.pick(WORDS);
  const headers: Record<string, string> = {
    host: "logs.example.com:4580",
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": "Logs_20140328.PutLogEvents",
  };
  for (let i = random.below(3); i > 0; i--) headers[`x-custom-${i}`] = ` two   blanks ${random.below(10)} `;
  return {
    method: random.pick(["GET", "POST", "PUT"]),
    protocol: "http:",
    hostname: "logs.example.com",
    path: `/${segments.join("/")}`,
    query,
    headers,
    body: random.chance(0.5) ? "" : `body ${random.below(1000)}`,
  };
}

const urlOf = (request: { path: string; query?: Record<string, string | string[] | null> }) => {
  const search = Object.entries(request.query ?? {}).flatMap(([name, value]) =>
    [value].flat().map((one) => `${percentEncode(name)}=${percentEncode(one ?? "")}`),
  );
  return search.length === 0 ? request.path : `${request.path}?${search.join("&")}`;
};

for (const service of ["logs", "s3"]) {
  test(`400 random requests that AWS's own signer signed for ${service} verify, and none does with another secret`, async () => {
    const random = new Random(service.length);
    for (let i = 0; i < 400; i++) {
      const made = randomRequest(random);
      const request =
        i % 4 === 3
          ? await signer(service).presign(made, { signingDate: NOW, expiresIn: 60 })
          : await signer(service).sign(made, { signingDate: NOW });
      const url = urlOf(request);
      const headers: Record<string, string> = {};
      for (const [name, value] of Object.entries(request.headers)) headers[name.toLowerCase()] = value;
      const authorization = readAuthorization(headers, new URLSearchParams(url.split("?")[1] ?? ""), "json");
      assert.ok(authorization);
      assert.equal(authorization.accessKeyId, "AK/with/slashes");
      assert.equal(authorization.sessionToken, "token");
      const signed = {
        method: request.method,
        url,
        rawHeaders: Object.entries(headers).flat(),
        payloadHash: headers["x-amz-content-sha256"] ?? sha256Hex(made.body),
      };
      assert.equal(matches(authorization, signingKey(SECRET, authorization.scope), signed), true, url);
      assert.equal(matches(authorization, signingKey("another", authorization.scope), signed), false);
    }
  });
}

test("our signer gives the signature that AWS's gives", async () => {
  const request = {
    method: "POST",
    path: "/",
    headers: { host: "h", "content-type": "application/x-amz-json-1.1", "x-amz-target": "Logs_20140328.PutLogEvents" },
    body: '{"a":1}',
  };
  const ours = signRequest(
    request,
    { accessKeyId: "AK/with/slashes", secret: SECRET, sessionToken: "token" },
    { region: "eu-west-1", service: "logs" },
    NOW,
  );
  const theirs = await signer("logs").sign(
    { ...request, protocol: "http:", hostname: "h", query: {} },
    { signingDate: NOW },
  );
  assert.equal(ours.authorization, theirs.headers.authorization);
});
