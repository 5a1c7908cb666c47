import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fakeSurroundings } from "../fake-surroundings.ts";
import { run } from "../run.ts";

function directory(t: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), "nephoscope-start-failure-"));
  t.after(() => rmSync(made, { recursive: true }));
  return made;
}

/** Starts a server that can not start, and gives what its user is told. */
async function told(...args: string[]): Promise<string> {
  const around = fakeSurroundings({ env: { NEPHOSCOPE_LOG_LEVEL: "error" } });
  assert.equal(await run(["serve", "--listen", "127.0.0.1:0", ...args], around), 1);
  return around.written.err.replace(/^nephoscope: (building|.*\n {2}The server runs without).*\n/gm, "");
}

test("a data directory that is a file, or below one", async (t) => {
  const file = join(directory(t), "file");
  writeFileSync(file, "");
  for (const place of [file, join(file, "below")]) {
    const message = await told("--data", place);
    assert.match(message, /^nephoscope serve: \S+file\S* can't be used \(E\w+: mkdir\)\. .*--data\.$/m);
  }
});

test("a state that is no database", async (t) => {
  const data = directory(t);
  writeFileSync(join(data, "state.db"), "x".repeat(8_192));
  assert.match(
    await told("--data", data),
    /a database of the data directory \S+ is damaged \(file is not a database\)/,
  );
});

test("an address that another program has, or that is none of this machine's", async (t) => {
  const other = createServer().listen(0, "127.0.0.1");
  t.after(() => other.close());
  await new Promise((resolve) => other.once("listening", resolve));
  const address = other.address();
  assert.ok(typeof address === "object" && address !== null);
  const taken = await told("--data", directory(t), "--listen", `127.0.0.1:${address.port}`);
  assert.match(taken, new RegExp(`the address 127\\.0\\.0\\.1:${address.port} is in use already`));
  const strange = await told("--data", directory(t), "--listen", "192.0.2.1:4580");
  assert.match(strange, /can't listen on 192\.0\.2\.1:4580 \(EADDRNOTAVAIL\)/);
});

test("a ClickHouse that is not there", async (t) => {
  const message = await told("--data", directory(t), "--clickhouse-url", "http://127.0.0.1:1/nephoscope");
  assert.match(message, /ECONNREFUSED.* Is the ClickHouse of --clickhouse-url running/);
});
