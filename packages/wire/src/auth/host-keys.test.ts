import assert from "node:assert/strict";
import { test } from "node:test";
import { authenticate, hostSecrets, isPublicKey, newHostKeyPair } from "./host-keys.ts";

test("both sides come to the same secrets, and nobody else", () => {
  const [host, server, other] = [newHostKeyPair(), newHostKeyPair(), newHostKeyPair()];
  const parties = { host: host.publicKey, server: server.publicKey };
  const ofHost = hostSecrets(host.privateKey, server.publicKey, parties);
  const ofServer = hostSecrets(server.privateKey, host.publicKey, parties);
  assert.deepEqual(ofHost, ofServer);
  assert.notEqual(hostSecrets(other.privateKey, server.publicKey, parties).call, ofHost.call);
  assert.notEqual(ofHost.call, ofHost.message.toString("base64"));
});

test("keys that give no secret are none", () => {
  assert.equal(isPublicKey(newHostKeyPair().publicKey), true);
  assert.equal(isPublicKey(Buffer.alloc(32).toString("base64")), false, "the point of order one");
  assert.equal(isPublicKey("short"), false);
});

test("parts that are cut elsewhere have another proof", () => {
  assert.notEqual(authenticate("key", ["ab", "c"]), authenticate("key", ["a", "bc"]));
  assert.equal(authenticate("key", ["ab", "c"]), authenticate("key", ["ab", "c"]));
});
