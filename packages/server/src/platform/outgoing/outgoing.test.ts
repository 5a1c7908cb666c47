import assert from "node:assert/strict";
import type { LookupAddress, lookup } from "node:dns";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { type TestContext, test } from "node:test";
import { createOutgoing, type OutgoingRequest, TargetFailed, TargetRefused } from "./outgoing.ts";
import { targetRules } from "./target-rules.ts";

const rulesOf = (allow: string[] = [], ownPort?: number) => targetRules({ allow, ownPort: () => ownPort });

test("only public addresses are reached, in whatever form an address is written", () => {
  const f = (address: string, public_: boolean, allow: string[] = []) =>
    assert.equal(rulesOf(allow).refusal(address, 80) === undefined, public_, address);
  for (const inside of [
    "127.0.0.1",
    "127.8.9.1",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "192.0.0.1",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:a9fe:a9fe",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
    "2001:db8::1",
    "::127.0.0.1",
    "no address",
  ])
    f(inside, false);
  for (const outside of ["1.1.1.1", "8.8.8.8", "172.32.0.1", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
    f(outside, true);
  f("127.0.0.1", true, ["127.0.0.0/8"]);
  f("::ffff:127.0.0.1", true, ["127.0.0.0/8"]);
  f("127.0.0.1", true, ["::ffff:127.0.0.1"]);
  f("::1", false, ["127.0.0.0/8"]);
  f("10.1.2.3", true, ["10.1.2.3"]);
  f("10.1.2.4", false, ["10.1.2.3"]);
});

test("this server itself is never a target, whatever is allowed", () => {
  const rules = rulesOf(["0.0.0.0/0", "::/0"], 4580);
  for (const own of ["127.0.0.1", "127.1.1.1", "::1", "0.0.0.0", "::ffff:127.0.0.1"]) {
    assert.match(rules.refusal(own, 4580) ?? "", /own address/, own);
    assert.equal(rules.refusal(own, 4581), undefined);
  }
  const outgoing = createOutgoing({ rules: rulesOf(), publicUrl: () => "https://watch.example.org/x" });
  assert.match(outgoing.refusal("https://watch.example.org/?Action=ConfirmSubscription") ?? "", /own address/);
});

async function webhook(t: TestContext, listener: RequestListener) {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  return address.port;
}

const never = new AbortController().signal;
const get = (url: string, change: Partial<OutgoingRequest> = {}): OutgoingRequest => ({
  method: "GET",
  url,
  headers: {},
  body: undefined,
  timeoutMs: 5_000,
  maxAnswerBytes: 1_000,
  signal: never,
  ...change,
});

function outgoingOf(t: TestContext, allow: string[], resolve?: (host: string) => LookupAddress[]) {
  const fake = ((host: string, _options: object, done: (error: null, found: LookupAddress[]) => void) =>
    done(null, resolve?.(host) ?? [])) as unknown as typeof lookup;
  const outgoing = createOutgoing({
    rules: rulesOf(allow),
    publicUrl: () => "http://watch.example.org:4580",
    ...(resolve !== undefined && { lookup: fake }),
  });
  t.after(() => outgoing.close());
  return outgoing;
}

test("a redirect is the answer, and is not followed", async (t) => {
  let calls = 0;
  const port = await webhook(t, (_request, response) => {
    calls += 1;
    response.writeHead(302, { location: `http://127.0.0.1:${port}/again` }).end();
  });
  const answer = await outgoingOf(t, ["127.0.0.1"]).send(get(`http://127.0.0.1:${port}/`));
  assert.deepEqual([answer.status, calls], [302, 1]);
});

test("the body arrives, and of the answer no more is read than may be", async (t) => {
  const seen: string[] = [];
  const port = await webhook(t, async (request, response) => {
    for await (const chunk of request) seen.push(String(chunk));
    response.writeHead(200);
    // Endless, until the other side cuts it off.
    const more = () => {
      while (!response.destroyed && response.write("x".repeat(10_000)));
    };
    response.on("drain", more);
    more();
  });
  const answer = await outgoingOf(t, ["127.0.0.1"]).send(
    get(`http://127.0.0.1:${port}/`, { method: "POST", body: Buffer.from("hello") }),
  );
  assert.deepEqual([answer.status, answer.body.length, seen.join("")], [200, 1_000, "hello"]);
});

test("an address that is not public is refused without a connection", async (t) => {
  let calls = 0;
  const port = await webhook(t, (_request, response) => {
    calls += 1;
    response.end();
  });
  const outgoing = outgoingOf(t, []);
  for (const host of ["127.0.0.1", "0x7f.1", "2130706433", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]"]) {
    await assert.rejects(outgoing.send(get(`http://${host}:${port}/`)), TargetRefused, host);
  }
  const named = outgoingOf(t, [], () => [{ address: "127.0.0.1", family: 4 }]);
  await assert.rejects(
    named.send(get(`http://localtest.example.org:${port}/`)),
    /localtest\.example\.org: 127\.0\.0\.1 is not a public/,
  );
  assert.equal(calls, 0);
});

test("a name that first has a public address and then an inner one does not get in", async (t) => {
  let calls = 0;
  const port = await webhook(t, (_request, response) => {
    calls += 1;
    response.end();
  });
  let lookups = 0;
  const rebinding = outgoingOf(t, [], () => [{ address: lookups++ === 0 ? "192.0.2.1" : "127.0.0.1", family: 4 }]);
  for (let at = 0; at < 3; at++)
    await assert.rejects(rebinding.send(get(`http://rebind.example.org:${port}/`)), TargetRefused);
  assert.equal(calls, 0);
  // With both kinds of addresses only the allowed one is used.
  const both = outgoingOf(t, ["127.0.0.1"], () => [
    { address: "10.0.0.1", family: 4 },
    { address: "127.0.0.1", family: 4 },
  ]);
  assert.equal((await both.send(get(`http://both.example.org:${port}/`))).status, 200);
});

test("a target that is silent fails after its time, one that is away fails at once, and neither shows the query's secrets", async (t) => {
  const port = await webhook(t, () => {});
  const outgoing = outgoingOf(t, ["127.0.0.1"]);
  await assert.rejects(outgoing.send(get(`http://127.0.0.1:${port}/hook?token=secret`, { timeoutMs: 50 })), (error) => {
    assert.ok(error instanceof TargetFailed);
    assert.equal(error.message, `http://127.0.0.1:${port}/hook: no answer within 50 ms`);
    return true;
  });
  await assert.rejects(outgoing.send(get("http://127.0.0.1:1/")), TargetFailed);
  for (const url of ["ftp://example.org/", "file:///etc/passwd", "nonsense", "http://user:pw@example.org/"]) {
    assert.notEqual(outgoing.refusal(url), undefined, url);
  }
});
