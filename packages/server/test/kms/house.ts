import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { KMSClient } from "@aws-sdk/client-kms";
import { createWireServer, type Principal } from "@nephoscope/wire";
import { testAuthority } from "../../src/platform/access/testing.ts";
import { virtualClock } from "../../src/platform/clock/virtual-clock.ts";
import { startJobs } from "../../src/platform/jobs/jobs.ts";
import { openSecretBox } from "../../src/platform/secrets/secret-box.ts";
import { openSqliteState } from "../../src/platform/state/sqlite-state.ts";
import { startKms } from "../../src/services/kms/start-kms.ts";

export const ACCOUNT = "123456789012";
export const OTHER_ACCOUNT = "210987654321";
export const REGION = "us-east-1";
const SECRET = "a-secret-of-the-tests";

export const userArn = (name: string, account = ACCOUNT) => `arn:aws:iam::${account}:user/${name}`;

/** KMS on a data directory, behind a real address, with time that stands still. Access key ids name callers: account, then user. */
export async function serveKms(data: string, startMs: number, own?: Parameters<typeof testAuthority>[0]) {
  const clock = virtualClock(startMs);
  const state = openSqliteState(join(data, "state.db"), clock.now);
  const failures: unknown[] = [];
  const jobs = startJobs(clock, (_level, _message, fields) => failures.push(fields));
  const kms = startKms({
    state,
    box: openSecretBox(join(data, "root.key")),
    authority: testAuthority(own),
    jobs,
    clock,
  });
  const server = createWireServer({
    services: [kms.service],
    credentials: (accessKeyId) => {
      const [, account = "", userName = ""] = accessKeyId.split("_");
      return { accessKeyId, secret: SECRET, account, principal: principalOf(userName, account) };
    },
    authorize: () => {},
    onCall: () => {},
    clock: () => new Date(),
    log: (_level, _message, { error }) => failures.push(error),
  });
  const { port } = await server.listen({ host: "127.0.0.1", port: 0 });
  return {
    clock,
    state,
    keys: kms.keys,
    failures,
    endpoint: `http://127.0.0.1:${port}`,
    async close() {
      await server.close();
      await jobs.close();
      state.close();
    },
  };
}

export const clientOf = (endpoint: string, user: string, account = ACCOUNT) =>
  new KMSClient({
    endpoint,
    region: REGION,
    credentials: { accessKeyId: `AKIA_${account}_${user}`, secretAccessKey: SECRET },
    maxAttempts: 1,
  });

/** KMS for one test. */
export async function openHouse(t: TestContext, own?: Parameters<typeof testAuthority>[0]) {
  const data = mkdtempSync(join(tmpdir(), "nephoscope-kms-"));
  const { clock, state, keys, failures, endpoint, close } = await serveKms(
    data,
    Date.parse("2026-11-21T00:00:00Z"),
    own,
  );
  t.after(async () => {
    await close();
    rmSync(data, { recursive: true, force: true });
    assert.deepEqual(failures, [], "nothing failed on the server");
  });
  const as = (user: string, account = ACCOUNT) => clientOf(endpoint, user, account);
  return { clock, state, keys, as, kms: as("admin") };
}

export const principalOf = (userName: string, account = ACCOUNT): Principal => ({
  type: "IAMUser",
  arn: userArn(userName, account),
  principalId: `AIDA${userName}`,
  userName,
});
