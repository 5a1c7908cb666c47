import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { IAMClient } from "@aws-sdk/client-iam";
import { createWireServer } from "@nephoscope/wire";
import { virtualClock } from "../../src/platform/clock/virtual-clock.ts";
import { ensureFirstAccount } from "../../src/platform/identity/first-account.ts";
import { openIdentity } from "../../src/platform/identity/identity.ts";
import { openSecondFactor } from "../../src/platform/identity/second-factor.ts";
import { startJobs } from "../../src/platform/jobs/jobs.ts";
import { openSecretBox } from "../../src/platform/secrets/secret-box.ts";
import { openSqliteState } from "../../src/platform/state/sqlite-state.ts";
import { startIam } from "../../src/services/iam/start-iam.ts";

export const ACCOUNT = "123456789012";
export const REGION = "us-east-1";

/** IAM behind a real address, with time that stands still for everything but signatures. Whoever has a key may do everything. */
export async function openHouse(t: TestContext) {
  const data = mkdtempSync(join(tmpdir(), "nephoscope-iam-"));
  const clock = virtualClock(Date.parse("2026-11-21T00:00:00Z"));
  const state = openSqliteState(join(data, "state.db"), clock.now);
  const box = openSecretBox(join(data, "root.key"));
  const failures: unknown[] = [];
  const jobs = startJobs(clock, (_level, _message, fields) => failures.push(fields));
  const identity = openIdentity({ state, box, jobs, clock });
  const factor = openSecondFactor({ state, box, directory: identity.directory, clock });
  const pair = await ensureFirstAccount({
    state,
    directory: identity.directory,
    box,
    now: clock.now(),
    accountId: ACCOUNT,
    preset: undefined,
    keep: () => {},
  });
  assert.ok(pair);
  const server = createWireServer({
    services: [startIam({ state, box, identity, factor, clock })],
    credentials: identity.credential,
    authorize: () => {},
    onCall: (record) => identity.uses.note(record),
    clock: () => new Date(),
    log: (_level, _message, { error }) => failures.push(error),
  });
  const { port } = await server.listen({ host: "127.0.0.1", port: 0 });
  t.after(async () => {
    await server.close();
    await jobs.close();
    state.close();
    rmSync(data, { recursive: true, force: true });
    assert.deepEqual(failures, [], "nothing failed on the server");
  });
  const as = (credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }) =>
    new IAMClient({ endpoint: `http://127.0.0.1:${port}`, region: REGION, credentials, maxAttempts: 1 });
  return { clock, state, box, identity, factor, as, iam: as(pair), endpoint: `http://127.0.0.1:${port}` };
}

export type House = Awaited<ReturnType<typeof openHouse>>;

/** For `assert.rejects`: an error of this name, with a message that matches. */
export const refused = (name: string, message?: RegExp | string) => (error: Error) => {
  assert.equal(error.name, name);
  if (typeof message === "string") assert.equal(error.message, message);
  else if (message !== undefined) assert.match(error.message, message);
  return true;
};

export const document = (statement: object): string => JSON.stringify({ Version: "2012-10-17", Statement: statement });
export const ALLOW_LOGS = document({ Effect: "Allow", Action: "logs:*", Resource: "*" });
export const trust = (principal: object): string =>
  document({ Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" });
