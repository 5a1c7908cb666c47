import assert from "node:assert/strict";
import { test } from "node:test";
import { missingClients } from "./clients/available.ts";
import { CLIENT_NAMES } from "./clients/client.ts";
import { describeFault } from "./report.ts";
import { run } from "./runner.ts";
import { loadScenarios } from "./scenario.ts";
import { startNephoscope } from "./server.ts";

const missing = missingClients();

/**
 * The AWS CLI starts a Python for each call, and stands on the same library as boto3, which plays everything: so it plays one scenario
 * in so many, and all of them with NEPHOSCOPE_LONG_TESTS=1 or by `node compat/run.ts --client cli`.
 */
const CLI_PLAYS_EACH = process.env.NEPHOSCOPE_LONG_TESTS === "1" ? 1 : 4;

for (const [client, reason] of missing) test(`${client} plays the scenarios`, { skip: reason });

test("every scenario holds with every client", async (t) => {
  const server = await startNephoscope();
  try {
    const { endpoint, keyId, secret } = server;
    const options = {
      target: { endpoint, region: "us-east-1", keyId, secret, sessionToken: undefined },
      account: "123456789012",
      patience: 1,
      settleMs: 0,
      keep: true,
    };
    const all = loadScenarios();
    const clients = CLIENT_NAMES.filter((name) => !missing.has(name));
    const results = [
      ...(await run(all, { ...options, clients: clients.filter((name) => name !== "cli") })),
      ...(await run(
        all.filter((_, index) => index % CLI_PLAYS_EACH === 0),
        { ...options, clients: clients.filter((name) => name === "cli") },
      )),
    ];
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
