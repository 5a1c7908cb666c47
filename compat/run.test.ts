import assert from "node:assert/strict";
import { test } from "node:test";
import { missingClients } from "./clients/available.ts";
import { CLIENT_NAMES } from "./clients/client.ts";
import { describeFault } from "./report.ts";
import { run } from "./runner.ts";
import { loadScenarios } from "./scenario.ts";
import { startNephoscope } from "./server.ts";

const missing = missingClients();

for (const [client, reason] of missing) test(`${client} plays the scenarios`, { skip: reason });

test("every scenario holds with every client", async (t) => {
  const server = await startNephoscope();
  try {
    const { endpoint, keyId, secret } = server;
    const results = await run(loadScenarios(), {
      target: { endpoint, region: "us-east-1", keyId, secret, sessionToken: undefined },
      clients: CLIENT_NAMES.filter((name) => !missing.has(name)),
      account: "123456789012",
      patience: 1,
      settleMs: 0,
      keep: true,
    });
    for (const result of results) {
      const skip = result.kind === "left out" ? result.reason : false;
      await t.test(`${result.file} with ${result.client}`, { skip }, () => {
        const fault = describeFault(result);
        if (fault !== "") assert.fail(fault);
      });
    }
  } finally {
    await server.close();
  }
});
