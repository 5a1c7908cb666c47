import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { signRequest } from "@nephoscope/wire";
import { cbor } from "@smithy/core/cbor";
import { OWNER, startVictim, type Victim } from "./victim.ts";

/** Metrics of the flood; NEPHOSCOPE_LONG_TESTS=1 makes it a million. */
const FLOOD = process.env.NEPHOSCOPE_LONG_TESTS === "1" ? 1_000_000 : 40_000;
const CALL = 1_000;
/** What the server may hold in memory for metrics, however many there are: half a million that it knows of, 1 KB each, and some room. */
const MOST_BYTES = 700 * 1_048_576;

let victim: Victim;
before(async () => {
  victim = await startVictim();
});
after(() => victim.stop());
afterEach(() => victim.assertUnharmed());

type Protocol = "json" | "cbor" | "query";

/** A PutMetricData call as a client writes it that does not look at its numbers. */
function bodyOf(protocol: Protocol, member: Readonly<Record<string, number | readonly number[]>>) {
  if (protocol === "cbor")
    return Buffer.from(cbor.serialize({ Namespace: "N", MetricData: [{ MetricName: "m", ...member }] }));
  if (protocol === "query") {
    const fields = Object.entries(member).flatMap(([name, value]): [string, string][] =>
      typeof value === "number"
        ? [[`MetricData.member.1.${name}`, String(value)]]
        : value.map((one, at) => [`MetricData.member.1.${name}.member.${at + 1}`, String(one)]),
    );
    const text = {
      Action: "PutMetricData",
      Version: "2010-08-01",
      Namespace: "N",
      "MetricData.member.1.MetricName": "m",
    };
    return Buffer.from(String(new URLSearchParams([...Object.entries(text), ...fields])));
  }
  // The protocol writes what JSON has no number for as a text.
  const written = (value: number) => (Number.isFinite(value) ? value : String(value));
  const members = Object.entries(member).map(([name, value]) => [
    name,
    typeof value === "number" ? written(value) : value.map(written),
  ]);
  return Buffer.from(
    JSON.stringify({ Namespace: "N", MetricData: [{ MetricName: "m", ...Object.fromEntries(members) }] }),
  );
}

const TARGET = "GraniteServiceVersion20100801";
const HEADERS: Readonly<Record<Protocol, Record<string, string>>> = {
  json: { "content-type": "application/x-amz-json-1.0", "x-amz-target": `${TARGET}.PutMetricData` },
  cbor: { "content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor", accept: "application/cbor" },
  query: { "content-type": "application/x-www-form-urlencoded" },
};

async function put(protocol: Protocol, body: Buffer): Promise<{ status: number; text: string }> {
  const path = protocol === "cbor" ? `/service/${TARGET}/operation/PutMetricData` : "/";
  const headers = signRequest(
    { method: "POST", path, headers: { host: `127.0.0.1:${victim.port}`, ...HEADERS[protocol] }, body },
    OWNER,
    { region: "us-east-1", service: "monitoring" },
    new Date(),
  );
  const answer = await fetch(`http://127.0.0.1:${victim.port}${path}`, {
    method: "POST",
    headers,
    body: new Uint8Array(body),
  });
  return { status: answer.status, text: Buffer.from(await answer.arrayBuffer()).toString("latin1") };
}

const read = async (operation: string, input: object) =>
  victim.done(operation, input, {
    service: "monitoring",
    target: TARGET,
    headers: { "content-type": "application/x-amz-json-1.0" },
  });

test("numbers that are none, or too large, or counts below zero are refused in every protocol, with their place", async () => {
  const cases: [member: Record<string, number | number[]>, message: RegExp][] = [
    [{ Value: Number.NaN }, /MetricData\.member\.1\.Value/],
    [{ Value: Number.POSITIVE_INFINITY }, /MetricData\.member\.1\.Value/],
    [{ Value: Number.NEGATIVE_INFINITY }, /MetricData\.member\.1\.Value/],
    [{ Value: 1e109 }, /MetricData\.member\.1\.Value/],
    [{ Values: [1, Number.NaN] }, /MetricData\.member\.1\.Values\.member\.2/],
    [{ Values: [1, 2], Counts: [1, -1] }, /MetricData\.member\.1\.Counts\.member\.2/],
    [{ Values: [1, 2], Counts: [1, Number.POSITIVE_INFINITY] }, /MetricData\.member\.1\.Counts\.member\.2/],
  ];
  for (const protocol of ["json", "cbor", "query"] as const) {
    for (const [member, message] of cases) {
      const { status, text } = await put(protocol, bodyOf(protocol, member));
      assert.equal(status, 400, `${protocol} ${JSON.stringify(member)}: ${text}`);
      assert.match(text, message);
      assert.match(text, /InvalidParameterValue/);
    }
    assert.equal((await put(protocol, bodyOf(protocol, { Value: 1 }))).status, 200);
  }
  const { Datapoints } = await read("GetMetricStatistics", {
    Namespace: "N",
    MetricName: "m",
    StartTime: Date.now() / 1_000 - 600,
    EndTime: Date.now() / 1_000 + 60,
    Period: 3_600,
    Statistics: ["SampleCount", "Sum"],
  });
  const points = Datapoints as { SampleCount: number; Sum: number }[];
  assert.deepEqual(
    points.map(({ SampleCount, Sum }) => [SampleCount, Sum]),
    [[3, 3]],
  );
});

test(`${FLOOD.toLocaleString("en")} values of one dimension in a minute are all taken, and found again, within bounded memory`, async (t) => {
  const began = performance.now();
  const call = (from: number) =>
    put(
      "json",
      Buffer.from(
        JSON.stringify({
          Namespace: "Flood",
          MetricData: Array.from({ length: CALL }, (_, at) => ({
            MetricName: "requests",
            Dimensions: [{ Name: "UserId", Value: `user-${from + at}` }],
            Value: 1,
          })),
        }),
      ),
    );
  let next = 0;
  const sender = async () => {
    for (let from = next; from < FLOOD; from = next) {
      next += CALL;
      const { status, text } = await call(from);
      assert.equal(status, 200, text);
    }
  };
  await Promise.all(Array.from({ length: 8 }, sender));
  const seconds = (performance.now() - began) / 1_000;
  const { heapUsed, rss } = await victim.memory();
  t.diagnostic(`${Math.round(FLOOD / seconds)} a second; ${heapUsed >> 20} MB of heap, ${rss >> 20} MB in all`);
  assert.ok(heapUsed < MOST_BYTES, `${heapUsed} bytes`);
  const of = async (filter: object) => {
    const { Metrics } = await read("ListMetrics", { Namespace: "Flood", ...filter });
    return Metrics as { Dimensions: { Value: string }[] }[];
  };
  assert.equal((await of({})).length, 500);
  const last = `user-${FLOOD - 1}`;
  const found = await of({ Dimensions: [{ Name: "UserId", Value: last }] });
  assert.deepEqual(
    found.map(({ Dimensions }) => Dimensions[0]?.Value),
    [last],
  );
});
