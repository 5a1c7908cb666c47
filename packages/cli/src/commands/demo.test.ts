import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { text as readText } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { fakeSurroundings } from "../fake-surroundings.ts";
import { run } from "../run.ts";

interface Event {
  readonly timestamp: number;
  readonly message: string;
}

/** A server that keeps groups, streams and events, and answers the next calls as `answers` says. */
class FakeLogs {
  readonly events = new Map<string, Event[]>();
  readonly puts: Event[][] = [];
  /** Error names to answer the next PutLogEvents calls with. */
  readonly failures: string[] = [];
  rejects = false;
  endpoint = "";

  async start(t: TestContext): Promise<this> {
    const server = createServer(async (request, response) => {
      const operation = String(request.headers["x-amz-target"]).replace("Logs_20140328.", "");
      const signed = /^AWS4-HMAC-SHA256 Credential=KEY\/\d{8}\/eu-west-3\/logs\/aws4_request, /.test(
        request.headers.authorization ?? "",
      );
      const answer = signed
        ? this.#answer(operation, JSON.parse(await readText(request)))
        : { __type: "UnrecognizedClientException" };
      response.statusCode = "__type" in answer ? 400 : 200;
      response.end(JSON.stringify(answer));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    t.after(() => server.close());
    const address = server.address();
    assert.ok(typeof address === "object" && address !== null);
    this.endpoint = `http://127.0.0.1:${address.port}`;
    return this;
  }

  #answer(
    operation: string,
    input: Record<string, string> & { logEvents?: Event[]; startTime?: number; endTime?: number },
  ): object {
    const key = `${input.logGroupName} ${input.logStreamName ?? ""}`;
    const stored = this.events.get(key);
    switch (operation) {
      case "CreateLogGroup":
      case "CreateLogStream":
        if (stored !== undefined) return { __type: "ResourceAlreadyExistsException", message: "there" };
        this.events.set(key, []);
        return {};
      case "GetLogEvents":
        if (stored === undefined) return { __type: "ResourceNotFoundException", message: "not there" };
        return {
          events: stored
            .filter(({ timestamp }) => timestamp >= Number(input.startTime) && timestamp < Number(input.endTime))
            .slice(0, 1),
        };
      case "PutLogEvents": {
        const failure = this.failures.shift();
        if (failure !== undefined) return { __type: failure, message: "as asked for" };
        const batch = input.logEvents ?? [];
        stored?.push(...batch);
        this.puts.push(batch);
        return this.rejects ? { rejectedLogEventsInfo: { tooOldLogEventEndIndex: 1 } } : { nextSequenceToken: "1" };
      }
      default:
        return { __type: "UnknownOperationException", message: operation };
    }
  }

  get total(): number {
    return this.puts.flat().length;
  }
}

const ENV = { AWS_ACCESS_KEY_ID: "KEY", AWS_SECRET_ACCESS_KEY: "secret", AWS_REGION: "eu-west-3" };
const NOON = Date.UTC(2026, 10, 20, 12);

async function demo(logs: { endpoint: string }, args: readonly string[], env: Record<string, string> = ENV) {
  const around = fakeSurroundings({ env, now: () => NOON });
  const code = await run(["demo", "--endpoint", logs.endpoint, ...args], around);
  return { code, ...around.written };
}

test("a day is stored once, in puts that AWS would take", async (t) => {
  const logs = await new FakeLogs().start(t);
  const { code, out, err } = await demo(logs, ["--events", "30000", "--json"]);
  assert.equal(code, 0, err);
  assert.ok(logs.total > 29_000 && logs.total < 31_000, String(logs.total));
  for (const batch of logs.puts) {
    assert.ok(batch.length <= 10_000);
    assert.ok(batch.reduce((sum, { message }) => sum + Buffer.byteLength(message) + 26, 0) <= 1_048_576);
    assert.deepEqual(
      batch,
      batch.toSorted((a, b) => a.timestamp - b.timestamp),
    );
    assert.ok(batch.every(({ timestamp }) => timestamp >= NOON - 86_400_000 && timestamp < NOON));
  }
  const summary: { loaded: { group: string; events: number; bytes: number }[] } = JSON.parse(out);
  assert.equal(
    summary.loaded.reduce((sum, { events }) => sum + events, 0),
    logs.total,
  );
  const groups = new Set([...logs.events.keys()].map((key) => key.split(" ")[0]));
  assert.deepEqual(new Set(summary.loaded.map(({ group }) => group)), groups);
  assert.deepEqual(
    groups,
    new Set(["AccessLogGroup", "SSHLogGroup", "VPCFlowLogGroup", "/aws/lambda/TestLogs", "CloudTrailLogs"]),
  );
});

test("a second load of the day is refused, --again doubles it, another day is free", async (t) => {
  const logs = await new FakeLogs().start(t);
  assert.equal((await demo(logs, ["--events", "2000"])).code, 0);
  const stored = logs.total;
  const second = await demo(logs, ["--events", "2000"]);
  assert.equal(second.code, 1);
  assert.match(second.err, /there already, in AccessLogGroup, SSHLogGroup, .*--again/s);
  assert.equal(logs.total, stored);
  assert.equal((await demo(logs, ["--events", "2000", "--again"])).code, 0);
  assert.equal(logs.total, 2 * stored);
  assert.equal((await demo(logs, ["--events", "2000", "--until", "2026-11-18T00:00:00Z"])).code, 0);
  assert.ok(logs.total > 2.9 * stored);
});

test("people get a table and commands to paste", async (t) => {
  const logs = await new FakeLogs().start(t);
  const { out } = await demo(logs, ["--events", "2000"]);
  assert.match(out, /^group +log +streams +events +MB +seconds$/m);
  assert.match(out, /^all +\d+ +2,0\d\d /m);
  assert.match(
    out,
    new RegExp(`^export AWS_ENDPOINT_URL=${logs.endpoint} AWS_REGION=eu-west-3 AWS_DEFAULT_REGION=eu-west-3$`, "m"),
  );
  assert.match(out, /^aws logs filter-log-events --log-group-name AccessLogGroup --filter-pattern '\[host, logName/m);
});

test("throttled puts are tried again, and nothing is stored twice", async (t) => {
  const logs = await new FakeLogs().start(t);
  logs.failures.push("ThrottlingException", "ServiceUnavailableException");
  const { code, out } = await demo(logs, ["--events", "2000", "--json"]);
  assert.equal(code, 0);
  const summary: { retries: number; loaded: { events: number }[] } = JSON.parse(out);
  assert.equal(summary.retries, 2);
  assert.equal(
    summary.loaded.reduce((sum, { events }) => sum + events, 0),
    logs.total,
  );
});

test("any other error ends the load and is shown", async (t) => {
  const logs = await new FakeLogs().start(t);
  logs.failures.push("AccessDeniedException");
  const { code, err } = await demo(logs, ["--events", "2000"]);
  assert.equal(code, 1);
  assert.match(err, /answered AccessDeniedException: as asked for/);
});

test("events that the server rejects are no success", async (t) => {
  const logs = await new FakeLogs().start(t);
  logs.rejects = true;
  const { code, err } = await demo(logs, ["--events", "2000"]);
  assert.equal(code, 1);
  assert.match(err, /rejected some events of AccessLogGroup.*tooOldLogEventEndIndex/);
});

test("a server that is not there is named, with what to do", async () => {
  const { code, err } = await demo({ endpoint: "http://127.0.0.1:1" }, []);
  assert.equal(code, 1);
  assert.match(err, /no answer from http:\/\/127\.0\.0\.1:1: .*nephoscope serve/);
});

test("wrong options are usage errors", async () => {
  const nowhere = { endpoint: "http://127.0.0.1:1" };
  for (const [args, message] of [
    [["--events", "many"], /--events takes a whole number/],
    [["--until", "yesterday"], /--until takes a time/],
    [["--until", "2020-01-01T00:00:00Z"], /12 days ago/],
    [["--endpoint", "ftp://x"], /the endpoint is a URL/],
    [["--access-key-id", "X"], /go together/],
  ] as const) {
    const { code, err } = await demo(nowhere, args);
    assert.equal(code, 2, args.join(" "));
    assert.match(err, message);
  }
});
