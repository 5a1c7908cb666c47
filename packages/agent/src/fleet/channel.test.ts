import assert from "node:assert/strict";
import { createServer, request } from "node:http";
import { type TestContext, test } from "node:test";
import { SendCommandCommand } from "@aws-sdk/client-ssm";
import { FleetChannel } from "./channel.ts";
import { openHouse } from "./fleet-house.ts";

/** Somebody on the way between a host and its server: sees all, and may give other answers than the server did. */
async function between(t: TestContext, endpoint: string) {
  let answer: ((own: string) => string) | undefined;
  let forward: (body: string) => string = (body) => body;
  const passed: string[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = forward(Buffer.concat(chunks).toString());
    const { "content-length": _length, ...headers } = incoming.headers;
    const onward = request(endpoint, {
      method: "POST",
      headers: { ...headers, "content-length": Buffer.byteLength(body) },
    });
    onward.on("response", async (reply) => {
      const parts: Buffer[] = [];
      for await (const part of reply) parts.push(part as Buffer);
      const own = Buffer.concat(parts).toString();
      passed.push(own);
      response.writeHead(reply.statusCode ?? 500, { "content-type": "application/x-amz-json-1.1" });
      response.end(answer === undefined ? own : answer(own));
    });
    onward.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return {
    endpoint: `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`,
    passed,
    answerWith(give: ((own: string) => string) | undefined) {
      answer = give;
    },
    forwardWith(change: (body: string) => string) {
      forward = change;
    },
  };
}

test("an answer that was recorded, changed or made up is not believed; the server's own is", async (t) => {
  const house = await openHouse(t);
  const identity = await house.register({ Role: "web" });
  const man = await between(t, house.server.endpoint);
  const channel = new FleetChannel({ ...identity, endpoint: man.endpoint }, Date.now);
  t.after(() => channel.close());
  await house.ssm.send(
    new SendCommandCommand({
      DocumentName: "AWS-RunShellScript",
      Parameters: { commands: ["reboot"] },
      Targets: [{ Key: "tag:Role", Values: ["web"] }],
    }),
  );
  const { messages } = await channel.poll("", 0);
  assert.equal(messages.length, 1);
  const [recorded = ""] = man.passed;
  const untrue = /not signed by the server that this host registered with: nothing of it is done/;
  man.answerWith(() => recorded);
  await assert.rejects(channel.poll("", 0), untrue, "the same once more");
  man.answerWith((own) => own.replace("assignmentsVersion", "assignmentsVersiom"));
  await assert.rejects(channel.poll("", 0), untrue, "changed");
  man.answerWith(() =>
    JSON.stringify({ Content: '{"messages":[],"assignmentsVersion":""}', Signature: "x".repeat(44) }),
  );
  await assert.rejects(channel.poll("", 0), untrue, "made up");
  man.answerWith(() => JSON.stringify({ Content: '{"messages":[],"assignmentsVersion":""}' }));
  await assert.rejects(channel.poll("", 0), /has no content/, "without a signature");
  man.answerWith(undefined);
  await channel.poll("", 0);
});

test("what a host says is not taken when it was changed on its way", async (t) => {
  const house = await openHouse(t);
  const identity = await house.register();
  const man = await between(t, house.server.endpoint);
  const channel = new FleetChannel({ ...identity, endpoint: man.endpoint }, Date.now);
  t.after(() => channel.close());
  const beat = () => channel.heartbeat({ agentVersion: "1.0.0", shellScripts: false });
  await beat();
  man.forwardWith((body) => body.replace('"ShellScripts":false', '"ShellScripts":true '));
  await assert.rejects(beat(), /InvalidSignatureException|x-amz-content-sha256|signature/i);
});

test("another server's answer is not believed, even if it knows the host's id", async (t) => {
  const [one, other] = [await openHouse(t), await openHouse(t)];
  const identity = await one.register();
  const stranger = await other.register();
  // The stranger's server is asked with its own host's key, but must prove that it is the first one.
  const channel = new FleetChannel(
    { ...stranger, serverPublicKey: identity.serverPublicKey, endpoint: other.server.endpoint },
    Date.now,
  );
  t.after(() => channel.close());
  await assert.rejects(channel.poll("", 0), /InvalidSignatureException|signature/i);
});
