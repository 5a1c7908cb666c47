import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, request as httpRequest, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { makeDirectory } from "../files/collector-harness.ts";
import { AwsClient } from "./client.ts";
import type { Route } from "./exchanges.ts";

async function listen(t: TestContext, server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  return address.port;
}

function clientOf(t: TestContext, endpoint: string, route: Route): AwsClient {
  const credentials = async () => ({ accessKeyId: "KEY", secret: "SECRET" });
  const options = { service: "logs", region: "r", now: Date.now, connections: 1, timeout: 5_000 } as const;
  const client = new AwsClient({ ...options, endpoint, credentials, route });
  t.after(() => client.close());
  return client;
}

/** A key and a certificate of 127.0.0.1 that nobody but itself has signed. */
function makeCertificate(t: TestContext) {
  const directory = makeDirectory(t);
  const [key, cert] = [join(directory, "key.pem"), join(directory, "cert.pem")];
  const made = spawnSync("openssl", [
    ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test"],
    ...["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert],
  ]);
  assert.equal(made.status, 0, String(made.stderr));
  return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
}

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

test("a TLS endpoint: its authority must be known, from the system or the bundle of the settings", {
  skip: !hasOpenssl && "openssl is not installed",
}, async (t) => {
  const certificate = makeCertificate(t);
  const port = await listen(
    t,
    createTlsServer(certificate, (request, response) => request.resume().on("end", () => response.end('{"a":1}'))),
  );
  const endpoint = `https://127.0.0.1:${port}`;
  assert.deepEqual(await clientOf(t, endpoint, { ca: certificate.cert }).call("X", "{}"), { a: 1 });
  await assert.rejects(clientOf(t, endpoint, {}).call("X", "{}"), /no answer from https:.*self-signed certificate/);
});

test("a proxy passes calls on, those to https through a tunnel; hosts of NO_PROXY are reached directly", {
  skip: !hasOpenssl && "openssl is not installed",
}, async (t) => {
  const seen: string[] = [];
  const answer = createServer((request, response) => request.resume().on("end", () => response.end('{"a":1}')));
  const plain = await listen(t, answer);
  const certificate = makeCertificate(t);
  const secure = await listen(
    t,
    createTlsServer(certificate, (request, response) => request.resume().on("end", () => response.end('{"b":2}'))),
  );
  const proxy = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    const { method, headers } = request;
    request.pipe(httpRequest(request.url ?? "", { method, headers }, (passed) => passed.pipe(response)));
  });
  proxy.on("connect", (request, socket) => {
    seen.push(`CONNECT ${request.url}`);
    const server = connect(Number(request.url?.split(":")[1]), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      server.pipe(socket).pipe(server);
    });
  });
  const url = `http://127.0.0.1:${await listen(t, proxy)}`;
  const both = { HTTP_PROXY: url, HTTPS_PROXY: url };
  const http = clientOf(t, `http://127.0.0.1:${plain}`, { proxy: both });
  assert.deepEqual(await http.call("X", "{}"), { a: 1 });
  const https = clientOf(t, `https://127.0.0.1:${secure}`, { proxy: both, ca: certificate.cert });
  assert.deepEqual(await https.call("X", "{}"), { b: 2 });
  assert.deepEqual(seen, [`POST http://127.0.0.1:${plain}/`, `CONNECT 127.0.0.1:${secure}`]);
  const direct = clientOf(t, `http://127.0.0.1:${plain}`, { proxy: { ...both, NO_PROXY: "127.0.0.1,example.com" } });
  assert.deepEqual(await direct.call("X", "{}"), { a: 1 });
  assert.equal(seen.length, 2);
  const gone = clientOf(t, `http://127.0.0.1:${plain}`, { proxy: { HTTP_PROXY: "http://127.0.0.1:1" } });
  await assert.rejects(gone.call("X", "{}"), /ECONNREFUSED 127\.0\.0\.1:1/);
});
