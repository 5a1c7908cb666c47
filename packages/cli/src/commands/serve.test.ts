import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { fakeSurroundings } from "../fake-surroundings.ts";
import { run } from "../run.ts";

const MAIN = new URL("../main.ts", import.meta.url).pathname;

/** A server of its own process on a free port, as a user starts it. */
function startProcess(t: TestContext, data: string, ...args: string[]) {
  const child = spawn(process.execPath, [MAIN, "serve", "--listen", "127.0.0.1:0", "--data", data, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  t.after(() => child.kill("SIGKILL"));
  let err = "";
  child.stderr.on("data", (data) => {
    err += data;
  });
  const lines: string[] = [];
  const ready = new Promise<readonly string[]>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      lines.push(line);
      if (/^\{|^ready in \d+ ms$/.test(line)) resolve(lines);
    });
    child.on("exit", (code) => reject(new Error(`the server ended with ${code} before it was ready: ${err}`)));
  });
  const stop = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    const [code] = await once(child, "exit");
    return { code, err };
  };
  return { ready, stop };
}

function makeDirectory(t: TestContext): string {
  const data = mkdtempSync(join(tmpdir(), "nephoscope-serve-"));
  t.after(() => rmSync(data, { recursive: true, force: true }));
  return data;
}

test("the first start shows the key, the demo loads with it, and SIGTERM ends the server cleanly", async (t) => {
  const data = makeDirectory(t);
  const first = startProcess(t, data, "--json");
  const [line = ""] = await first.ready;
  const { endpoint, firstKey }: { endpoint: string; firstKey: { accessKeyId: string; secretAccessKey: string } } =
    JSON.parse(line);
  assert.match(endpoint, /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.match(firstKey.accessKeyId, /^[A-Z0-9]{16,}$/);

  // No credential in the environment: the demo finds the administrator's key beside the data.
  const around = fakeSurroundings();
  const code = await run(["demo", "--endpoint", endpoint, "--data", data, "--events", "2000", "--json"], around);
  assert.equal(code, 0, around.written.err);
  const again = fakeSurroundings();
  assert.equal(await run(["demo", "--endpoint", endpoint, "--data", data, "--events", "2000"], again), 1);
  assert.match(again.written.err, /--again/);

  const { code: exit, err } = await first.stop("SIGTERM");
  assert.equal(exit, 0, err);
  assert.match(err, /SIGTERM received, stopping/);
});

test("people get addresses and, at the first start only, a block to paste", async (t) => {
  const data = makeDirectory(t);
  const first = startProcess(t, data);
  const lines = (await first.ready).join("\n");
  assert.match(lines, /^Endpoint {2}(http:\S+)\nConsole {3}\1\/\n/);
  assert.match(
    lines,
    /^export AWS_ACCESS_KEY_ID=\S+\nexport AWS_SECRET_ACCESS_KEY=\S+\nexport AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1\nexport AWS_ENDPOINT_URL=http:\S+$/m,
  );
  assert.match(lines, /^http:\S+\/#\/sign-in\?link=[\w-]{32}$/m);
  assert.equal((await first.stop("SIGINT")).code, 0);

  const second = startProcess(t, data);
  assert.doesNotMatch((await second.ready).join("\n"), /AWS_SECRET_ACCESS_KEY|sign-in/);
  assert.equal((await second.stop("SIGINT")).code, 0);
});
