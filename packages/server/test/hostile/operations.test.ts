import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { loadModel } from "@nephoscope/wire";
import { assertRefused, awsError } from "./aws-error.ts";
import type { RawRequest } from "./raw-http.ts";
import { startVictim, type Victim } from "./victim.ts";

/** Calls that nobody implements, other protocols than the service's, and the page that browsers get. */
let victim: Victim;
before(async () => {
  victim = await startVictim();
});
after(() => victim.stop());
afterEach(() => victim.assertUnharmed());

test("operations that are none, and names that mean something to JavaScript, are unknown", async () => {
  for (const operation of [
    "Nope",
    "describeLogGroups",
    "constructor",
    "__proto__",
    "toString",
    "hasOwnProperty",
    "valueOf",
    "",
    " ",
    "a.b.c",
    "'",
    "../x",
    "A".repeat(10_000),
  ]) {
    assertRefused(await victim.sendOne(victim.signed(operation, {})), 400, "UnknownOperationException");
  }
});

test("operations that AWS has and this server not are refused by name", async () => {
  for (const operation of [...loadModel("cloudwatch-logs").unsupported].slice(0, 5)) {
    const answer = await victim.sendOne(victim.signed(operation, {}));
    const error = awsError(answer);
    assert.equal(error.code, "NotImplemented");
    assert.match(error.message, new RegExp(operation));
  }
});

test("targets of services that are none are unknown", async () => {
  for (const target of [
    "Nope",
    "",
    ".",
    "__proto__",
    "constructor",
    "Logs_20140328.Logs_20140329",
    "x".repeat(5_000),
  ]) {
    const error = awsError(await victim.sendOne(victim.signed("DescribeLogGroups", {}, { target })));
    assert.equal(error.status, 400);
  }
});

const replaced = (request: RawRequest, changes: Record<string, string>): RawRequest => ({
  ...request,
  headers: request.headers.map(([name, value]): [string, string] => [name, changes[name] ?? value]),
});

test("the Query protocol is refused for CloudWatch Logs, in the Query protocol's own form", async () => {
  const form = Buffer.from("Action=DescribeLogGroups&Version=2014-03-28&__proto__.x=1&limit.member.999999999=1");
  const request = victim.signed("x", form, { headers: { "content-type": "application/x-www-form-urlencoded" } });
  const headers = request.headers.filter(([name]) => name !== "x-amz-target");
  const unsigned = await victim.sendOne({ ...request, headers });
  assert.match(unsigned.body.toString(), /<ErrorResponse[\s\S]*<Code>\w+<\/Code>/);
  assert.ok(unsigned.status >= 400 && unsigned.status < 500);
});

test("CBOR is refused for CloudWatch Logs, in CBOR", async () => {
  for (const path of [
    "/service/Logs_20140328/operation/DescribeLogGroups",
    "/service/__proto__/operation/constructor",
    "/service/x/operation/%2e%2e",
  ]) {
    const request = victim.signed("x", Buffer.from([0xbf, 0xff]), {
      headers: { "smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor" },
    });
    const answer = await victim.sendOne({ ...request, target: path });
    assert.ok(answer.status >= 400 && answer.status < 500, String(answer.status));
    assert.equal(answer.headers.get("smithy-protocol"), "rpc-v2-cbor");
  }
});

test("methods and content types that are not the protocol's do no harm", async () => {
  for (const method of ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"]) {
    const answer = await victim.sendOne(victim.signed("DescribeLogGroups", {}, { method }));
    assert.ok(answer.status === 200 || (answer.status >= 400 && answer.status < 500), `${method} ${answer.status}`);
  }
  for (const type of [
    "text/html",
    "multipart/form-data; boundary=x",
    "application/xml",
    "application/json",
    "",
    "x".repeat(1_000),
    "application/x-amz-json-1.1; charset=utf-7",
  ]) {
    const answer = await victim.sendOne(victim.signed("DescribeLogGroups", {}, { headers: { "content-type": type } }));
    assert.ok(answer.status === 200 || answer.status === 400, `${type} ${answer.status}`);
    assert.match(answer.headers.get("content-type") ?? "", /^application\/x-amz-json-1\.[01]$/);
  }
});

const get = (path: string, headers: [string, string][], method = "GET"): RawRequest => ({
  method,
  target: path,
  version: "HTTP/1.1",
  headers,
  body: Buffer.alloc(0),
});

test("the page shows nothing of the Host header but an address", async () => {
  const hosts = [
    '"><script>alert(1)</script>',
    "<img src=x onerror=alert(1)>",
    "evil.example' onload='x",
    "a&lt;b",
    "example.com/<x>",
    "javascript:alert(1)",
    "[::1]<",
    "\u00e9vil",
    "x".repeat(2_000),
    "",
    "{{region}}",
    "$&$`$'",
  ];
  for (const host of hosts) {
    const { answers } = await victim.send(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    const [answer] = answers;
    if (answer?.status !== 200) continue;
    const page = answer.body.toString();
    for (const mark of ["<script", "<img", "onerror", "onload", "javascript:alert", "{{", "&lt;b"]) {
      assert.ok(!page.includes(mark), `${mark} by ${host}`);
    }
    assert.match(answer.headers.get("content-security-policy") ?? "", /default-src 'none'/);
    assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
  }
});

test("no path leads to a file", async () => {
  const paths = [
    "/../../etc/passwd",
    "/..%2f..%2fetc%2fpasswd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/page.html",
    "/index.html/../../package.json",
    "/.git/config",
    "/admin-key.json",
    "//etc/passwd",
    "/\\..\\..",
    "/%00",
    "/%",
    "/%ff",
    "/?file=/etc/passwd",
    "/state.db",
    "/\x80\xff",
  ];
  for (const path of paths) {
    const answer = await victim.sendOne(get(path, [["host", "x"]]));
    assert.ok([200, 400, 404].includes(answer.status), `${path} ${answer.status}`);
    assert.doesNotMatch(answer.body.toString(), /root:x?:0|"dependencies"|secretAccessKey|\[core\]/);
  }
});

test("HEAD has no body, and other methods are not the page's", async () => {
  const head = await victim.sendOne(get("/", [["host", "x"]], "HEAD"));
  assert.equal(head.status, 200);
  assert.equal(head.body.length, 0);
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"]) {
    const answer = await victim.sendOne(
      get(
        "/",
        [
          ["host", "x"],
          ["content-length", "0"],
          ["x-secret", "abc123"],
        ],
        method,
      ),
    );
    assert.ok(answer.status >= 400 && answer.status < 500, `${method} ${answer.status}`);
    assert.ok(!answer.body.toString().includes("abc123"), "TRACE echoes headers");
  }
});

test("no answer lets another site's page read it", async () => {
  const request = replaced(victim.signed("DescribeLogGroups", {}), {});
  for (const answer of [
    await victim.sendOne({ ...request, headers: [...request.headers, ["origin", "https://evil.example"]] }),
    await victim.sendOne(
      get("/", [
        ["host", "x"],
        ["origin", "https://evil.example"],
      ]),
    ),
  ]) {
    assert.ok(!answer.headers.has("access-control-allow-origin"));
  }
});
