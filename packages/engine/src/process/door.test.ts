import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { startEngine } from "../embedded.ts";
import type { Engine } from "../engine.ts";
import { EngineError } from "../errors.ts";

/** The interface as curl or any other client of ClickHouse sees it. */
describe("the HTTP interface", () => {
  let engine: Engine;
  let dataDir: string;
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "engine-"));
    engine = await startEngine({ dataDir, log: () => {}, limits: { bodyBytes: 1024 ** 2 } });
    await engine.client.command({ sql: "CREATE DATABASE d" });
    await engine.client.command({ sql: "CREATE TABLE d.t (a UInt64, b String) ENGINE = MergeTree ORDER BY a" });
  });
  after(async () => {
    await engine.close();
    await rm(dataDir, { recursive: true });
  });

  async function ask(
    params: Record<string, string>,
    init: { method?: string; body?: string | Buffer; headers?: Record<string, string>; secret?: string } = {},
  ): Promise<{ status: number; text: string; headers: Headers }> {
    const { origin, username, password } = new URL(engine.url);
    const basic = Buffer.from(`${username}:${init.secret ?? password}`).toString("base64");
    const response = await fetch(`${origin}/?${new URLSearchParams(params)}`, {
      method: init.method ?? (init.body === undefined ? "GET" : "POST"),
      ...(init.body === undefined ? {} : { body: new Uint8Array(Buffer.from(init.body)) }),
      headers: { authorization: `Basic ${basic}`, ...init.headers },
    });
    return { status: response.status, text: await response.text(), headers: response.headers };
  }
  const summary = (headers: Headers): Record<string, string> => JSON.parse(headers.get("x-clickhouse-summary") ?? "{}");
  const rows = async (where: string) => (await ask({ query: `SELECT a, b FROM d.t WHERE ${where} ORDER BY a` })).text;

  it("answers a ping without a secret", async () => {
    const response = await fetch(`${new URL(engine.url).origin}/ping`);
    assert.equal(await response.text(), "Ok.\n");
  });
  it("wants the secret for everything else", async () => {
    const { status, text, headers } = await ask({ query: "SELECT 1" }, { secret: "wrong" });
    assert.deepEqual([status, headers.get("x-clickhouse-exception-code")], [403, "516"]);
    assert.match(text, /^Code: 516\. DB::Exception: .*\(AUTHENTICATION_FAILED\)/);
    const bare = await fetch(`${new URL(engine.url).origin}/?query=SELECT+1`);
    assert.equal(bare.status, 403);
  });
  it("takes the query from the URL", async () => assert.equal((await ask({ query: "SELECT 1" })).text, "1\n"));
  it("takes the query from the body", async () => assert.equal((await ask({}, { body: "SELECT 2" })).text, "2\n"));
  it("takes the query in two parts", async () =>
    assert.equal((await ask({ query: "SELECT" }, { body: "3" })).text, "3\n"));
  it("binds param_*", async () =>
    assert.equal(
      (await ask({ query: "SELECT {a:UInt8} + 1, {b:String}", param_a: "1", param_b: "x" })).text,
      "2\tx\n",
    ));
  it("tells about a parameter that is missing", async () =>
    assert.match((await ask({ query: "SELECT {a:UInt8}" })).text, /^Code: 456\. .*`a`/));
  it("uses default_format, unless the query says FORMAT", async () => {
    assert.equal((await ask({ query: "SELECT 1 AS a", default_format: "JSONEachRow" })).text, '{"a":1}\n');
    assert.equal((await ask({ query: "SELECT 1 FORMAT CSV", default_format: "JSON" })).text, "1\n");
    assert.equal((await ask({ query: "SELECT 1 FORMAT CSV SETTINGS max_threads = 1" })).text, "1\n");
  });
  it("writes documents that span many blocks as one", async () => {
    const { text, headers } = await ask({ query: "SELECT number FROM numbers(200000) FORMAT JSON" });
    assert.equal(JSON.parse(text).data.length, 200_000);
    assert.match(headers.get("content-type") ?? "", /^application\/json/);
  });
  it("applies settings from the URL", async () =>
    assert.equal((await ask({ query: "SELECT getSetting('max_block_size')", max_block_size: "77" })).text, "77\n"));
  it("refuses settings that are not known or not to be changed", async () => {
    assert.equal(
      (await ask({ query: "SELECT 1", no_such_setting: "1" })).headers.get("x-clickhouse-exception-code"),
      "115",
    );
    assert.match((await ask({ query: "SELECT 1", format_template_row: "/etc/passwd" })).text, /^Code: 497/);
    assert.match((await ask({ query: "SELECT 1", "a b": "1" })).text, /^Code: 497/);
  });
  it("runs in the database that the URL names", async () => {
    assert.equal((await ask({ query: "SELECT currentDatabase()", database: "d" })).text, "d\n");
    assert.match((await ask({ query: "SELECT 1", database: "nowhere" })).text, /^Code: 81/);
  });
  it("gives the query id back", async () => {
    assert.equal((await ask({ query: "SELECT 1", query_id: "mine" })).headers.get("x-clickhouse-query-id"), "mine");
    assert.match((await ask({ query: "SELECT 1" })).headers.get("x-clickhouse-query-id") ?? "", /^[0-9a-f-]{36}$/);
  });
  it("counts what was read in the summary when it may wait for the end", async () => {
    const query = "SELECT number FROM numbers(1000000) WHERE sipHash64(number) % 1000 = 0 FORMAT JSON";
    const { headers } = await ask({ query, wait_end_of_query: "1" });
    assert.equal(summary(headers).read_rows, "1000000");
  });
  it("answers errors with status, code and ClickHouse's text", async () => {
    const { status, text, headers } = await ask({ query: "SELECT * FROM d.nowhere" });
    assert.deepEqual([status, headers.get("x-clickhouse-exception-code")], [404, "60"]);
    assert.match(text, /^Code: 60\. DB::Exception: .*nowhere.*\(UNKNOWN_TABLE\)/);
  });
  it("inserts with the statement in the URL and the rows in the body", async () => {
    const { status, headers } = await ask({ query: "INSERT INTO d.t (a, b) FORMAT TSV" }, { body: "10\tx\n11\ty\n" });
    assert.deepEqual([status, summary(headers).written_rows], [200, "2"]);
    assert.equal(await rows("a IN (10, 11)"), "10\tx\n11\ty\n");
  });
  it("inserts with the statement and the rows in the body", async () => {
    await ask({}, { body: 'INSERT INTO d.t FORMAT JSONEachRow\n{"a":20,"b":"é"}' });
    assert.equal(await rows("a = 20"), "20\té\n");
  });
  it("inserts a gzipped body", async () => {
    await ask(
      { query: "INSERT INTO d.t FORMAT JSONCompactEachRow" },
      { body: gzipSync('[30,"packed"]'), headers: { "content-encoding": "gzip" } },
    );
    assert.equal(await rows("a = 30"), "30\tpacked\n");
  });
  it("inserts by SELECT and by VALUES", async () => {
    assert.equal((await ask({}, { body: "INSERT INTO d.t SELECT 40, 'selected'" })).status, 200);
    assert.equal((await ask({}, { body: "INSERT INTO d.t VALUES (41, 'it''s')" })).status, 200);
    assert.equal(await rows("a IN (40, 41)"), "40\tselected\n41\tit\\'s\n");
  });
  it("takes an INSERT without rows as done", async () => {
    const { status, headers } = await ask({ query: "INSERT INTO d.t FORMAT TSV" }, { body: "" });
    assert.deepEqual([status, summary(headers).written_rows], [200, "0"]);
  });
  it("takes binary rows, also ones that begin like blanks", async () => {
    const row = Buffer.concat([Buffer.from([32, 9, 0, 0, 0, 0, 0, 0]), Buffer.from([3]), Buffer.from("bin")]);
    assert.equal((await ask({ query: "INSERT INTO d.t FORMAT RowBinary" }, { body: row })).status, 200);
    assert.equal(await rows("b = 'bin'"), "2336\tbin\n");
  });
  it("says which rows it cannot read", async () =>
    assert.match((await ask({ query: "INSERT INTO d.t FORMAT RowBinary" }, { body: "x" })).text, /^Code: 33\./));
  it("packs the answer when asked to", async () => {
    const query = "SELECT repeat('x', 100) FROM numbers(10000)";
    const { text, headers } = await ask(
      { query, enable_http_compression: "1" },
      { headers: { "accept-encoding": "gzip" } },
    );
    assert.equal(headers.get("content-encoding"), "gzip");
    assert.equal(text.length, 1_010_000);
  });
  it("refuses writes by GET", async () => assert.match((await ask({ query: "DROP TABLE d.t" })).text, /^Code: 164/));
  it("refuses a body that is too large", async () => {
    const { status, text } = await ask(
      { query: "INSERT INTO d.t FORMAT TSV" },
      { body: Buffer.alloc(1024 ** 2 + 1, "1") },
    );
    assert.equal(status, 413);
    assert.match(text, /1048576 bytes/);
  });
  it("unpacks no more of a body than it would take", async () => {
    const body = gzipSync(Buffer.alloc(8 * 1024 ** 2));
    const { status } = await ask(
      { query: "INSERT INTO d.t FORMAT TSV" },
      { body, headers: { "content-encoding": "gzip" } },
    );
    assert.equal(status, 413);
  });
  it("refuses a statement that reaches out", async () =>
    assert.match((await ask({}, { body: "SELECT file('/etc/passwd')" })).text, /^Code: 497\..*ACCESS_DENIED/));
  it("leaves nothing in the working directory", async () => {
    assert.deepEqual((await readdir(dataDir)).sort(), ["data", "run", "sealed"]);
  });
});

describe("a disk that is nearly full", () => {
  it("keeps its definitions as they are, and is read as before", async (t) => {
    const dataDir = await mkdtemp(join(tmpdir(), "engine-"));
    const engine = await startEngine({ dataDir, log: () => {}, limits: { roomBytes: 2 ** 60 } });
    t.after(async () => {
      await engine.close();
      await rm(dataDir, { recursive: true });
    });
    await assert.rejects(
      engine.client.command({ sql: "CREATE DATABASE d" }),
      (error) => error instanceof EngineError && error.code === 243 && /The disk has \d+ MiB left/.test(error.message),
    );
    assert.deepEqual(await engine.client.rows({ sql: "SELECT 1" }), [[1]]);
  });
});
