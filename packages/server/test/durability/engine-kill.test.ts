import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  CloudWatchLogsClient,
  type LiveTailSessionLogEvent,
  StartLiveTailCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { type NephoscopeServer, readSettings, startServer } from "@nephoscope/server";
import { type SignedClient, signedClient } from "../crash/signed-client.ts";
import { CREDENTIAL, makeStream, messagesOf, put, sizeOf, storedBytes } from "./house.ts";

async function openServer(t: TestContext): Promise<{ server: NephoscopeServer; client: SignedClient }> {
  const data = mkdtempSync(join(tmpdir(), "nephoscope-engine-kill-"));
  const settings = readSettings({
    flags: { data, listen: "127.0.0.1:0", "admin-key-id": CREDENTIAL.accessKeyId, "admin-secret": CREDENTIAL.secret },
  });
  const server = await startServer(settings, { log: () => {} });
  const client = signedClient(server.endpoint, CREDENTIAL);
  t.after(async () => {
    client.close();
    await server.close();
    rmSync(data, { recursive: true, force: true });
  });
  return { server, client };
}

function killEngine({ enginePid }: NephoscopeServer): void {
  const pid = enginePid();
  if (pid === undefined) throw new Error("there is no engine to kill");
  process.kill(pid, "SIGKILL");
}

const lines = (count: number, word: string) =>
  Array.from({ length: count }, (_, i) => ({ timestamp: Date.now(), message: `${word} ${i}` }));

test("calls under way when the engine is killed are answered well, and stored once", async (t) => {
  const { server, client } = await openServer(t);
  await makeStream(client, "app", "web");
  const batches = Array.from({ length: 20 }, (_, i) => lines(500, `batch ${i} line`));
  const calls = batches.map((events) => put(client, "app", "web", events));
  await Promise.race(calls);
  killEngine(server);
  await Promise.all(calls);
  const expected = batches.flat().map(({ message }) => message);
  assert.deepEqual((await messagesOf(client, "app")).toSorted(), expected.toSorted());
  await t.waitFor(async () => assert.equal(await storedBytes(client, "app"), sizeOf(batches.flat())), {
    timeout: 20_000,
    interval: 200,
  });
});

test("a read while the engine restarts waits for it", async (t) => {
  const { server, client } = await openServer(t);
  await makeStream(client, "app", "web");
  await put(client, "app", "web", lines(3, "line"));
  for (let i = 0; i < 3; i++) {
    killEngine(server);
    assert.deepEqual(await messagesOf(client, "app"), ["line 0", "line 1", "line 2"]);
  }
});

test("a live tail goes on over a restart of the engine and shows each event once", async (t) => {
  const { server, client } = await openServer(t);
  await makeStream(client, "app", "web");
  const sdk = new CloudWatchLogsClient({
    endpoint: server.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: CREDENTIAL.accessKeyId, secretAccessKey: CREDENTIAL.secret },
    disableHostPrefix: true,
  });
  const leave = new AbortController();
  t.after(() => {
    leave.abort();
    sdk.destroy();
  });
  const { responseStream } = await sdk.send(
    new StartLiveTailCommand({ logGroupIdentifiers: ["arn:aws:logs:us-east-1:123456789012:log-group:app"] }),
    { abortSignal: leave.signal },
  );
  assert.ok(responseStream !== undefined);
  const seen: LiveTailSessionLogEvent[] = [];
  const reading = (async () => {
    for await (const message of responseStream) {
      seen.push(...(message.sessionUpdate?.sessionResults ?? []));
      if (seen.some((event) => event.message === "last 0")) return;
    }
  })();
  await put(client, "app", "web", lines(1, "first"));
  killEngine(server);
  await put(client, "app", "web", lines(1, "meanwhile"));
  await put(client, "app", "web", lines(1, "last"));
  await reading;
  assert.deepEqual(
    seen.map(({ message }) => message),
    ["first 0", "meanwhile 0", "last 0"],
  );
});
