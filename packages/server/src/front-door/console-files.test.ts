import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { consoleFiles } from "./console-files.ts";

async function serve(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "nephoscope-console-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, "assets"));
  for (const [name, content] of Object.entries({
    "index.html": "<page>",
    "index.html.br": "br of the page",
    "assets/a-1.js": "script",
    "assets/a-1.js.br": "br of a",
    "assets/a-1.js.gz": "gz of a",
  })) {
    writeFileSync(join(folder, name), content);
  }
  const files = consoleFiles(folder);
  const server = createServer((req, res) => {
    if (files.takes(req)) files.answer(req, res);
    else res.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  // Not fetch, which would tidy up paths before it sends them.
  return (path: string, headers: Record<string, string> = {}, method = "GET") =>
    new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
      const out = request({ host: "127.0.0.1", port, path, headers, method, agent: false }, (response) => {
        let body = "";
        response.on("data", (data) => {
          body += data;
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      });
      out.on("error", reject);
      out.end();
    });
}

test("the page is asked for anew each time, under a policy without inline scripts or frames", async (t) => {
  const get = await serve(t);
  const { status, headers, body } = await get("/");
  assert.equal(status, 200);
  assert.equal(body, "<page>");
  assert.equal(headers["cache-control"], "no-cache");
  assert.equal(headers["x-content-type-options"], "nosniff");
  const policy = String(headers["content-security-policy"]);
  assert.match(policy, /default-src 'none'; script-src 'self';/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe/);
});

test("files are kept for ever, and go compressed as the browser takes them", async (t) => {
  const get = await serve(t);
  const cases: [accepted: string, encoding: string | undefined, body: string][] = [
    ["gzip, deflate, br", "br", "br of a"],
    ["gzip", "gzip", "gz of a"],
    ["br;q=0, gzip;q=0.5", "gzip", "gz of a"],
    ["identity", undefined, "script"],
    ["brotli", undefined, "script"],
  ];
  for (const [accepted, encoding, expected] of cases) {
    const { headers, body } = await get("/_console/assets/a-1.js", { "accept-encoding": accepted });
    assert.deepEqual([headers["content-encoding"], body], [encoding, expected], accepted);
    assert.match(String(headers["cache-control"]), /immutable/);
    assert.equal(headers["content-type"], "text/javascript; charset=utf-8");
  }
});

test("nothing but the build's own files is there", async (t) => {
  const get = await serve(t);
  for (const path of [
    "/_console/",
    "/_console/../index.html",
    "/_console/assets/%2e%2e/index.html",
    "/etc/passwd",
    "//",
    "/_console/assets",
  ]) {
    assert.equal((await get(path)).status, 404, path);
  }
  assert.equal((await get("/", {}, "POST")).status, 404);
});

test("a folder without a build is refused", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "nephoscope-console-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  assert.throws(() => consoleFiles(folder), /no build of the console/);
});
