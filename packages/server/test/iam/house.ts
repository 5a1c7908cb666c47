import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { type Credentials, STSClient } from "@aws-sdk/client-sts";
import { createWireServer } from "@nephoscope/wire";
import { createAuthority } from "../../src/platform/access/authority.ts";
import { openRulings } from "../../src/platform/access/rulings.ts";
import { virtualClock } from "../../src/platform/clock/virtual-clock.ts";
import { isCaller } from "../../src/platform/identity/caller.ts";
import { ensureFirstAccount } from "../../src/platform/identity/first-account.ts";
import { openIdentity } from "../../src/platform/identity/identity.ts";
import { openSecondFactor } from "../../src/platform/identity/second-factor.ts";
import { startJobs } from "../../src/platform/jobs/jobs.ts";
import { createOutgoing } from "../../src/platform/outgoing/outgoing.ts";
import { targetRules } from "../../src/platform/outgoing/target-rules.ts";
import { openSecretBox } from "../../src/platform/secrets/secret-box.ts";
import { openSqliteState } from "../../src/platform/state/sqlite-state.ts";
import { startIam } from "../../src/services/iam/start-iam.ts";
import { unsignedCaller } from "../../src/services/sts/service.ts";
import { startSts } from "../../src/services/sts/start-sts.ts";

export const ACCOUNT = "123456789012";
export const REGION = "us-east-1";

/**
 * IAM and STS behind a real address, with time that stands still for everything but signatures. Whoever has a key may call
 * every operation; trust policies are evaluated.
 */
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
  const authority = createAuthority({ rulings: openRulings(), now: clock.now, secure: () => false });
  // Issuers of tests are on this machine.
  const rules = targetRules({ allow: ["127.0.0.1/32"], ownPort: () => undefined });
  const outgoing = createOutgoing({ rules, publicUrl: () => "http://localhost:1" });
  const sts = startSts({ identity, factor, authority, outgoing, box, clock });
  const server = createWireServer({
    services: [startIam({ state, box, identity, factor, clock }), sts],
    credentials: identity.credential,
    authorize: () => {},
    unsigned: (service) => (service === "sts" ? unsignedCaller(ACCOUNT, REGION) : undefined),
    onCall: (record) => identity.uses.note(record),
    clock: () => new Date(),
    log: (_level, _message, { error }) => failures.push(error),
  });
  const { port } = await server.listen({ host: "127.0.0.1", port: 0 });
  t.after(async () => {
    await server.close();
    outgoing.close();
    await jobs.close();
    state.close();
    rmSync(data, { recursive: true, force: true });
    assert.deepEqual(failures, [], "nothing failed on the server");
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const options = { endpoint, region: REGION, maxAttempts: 1 };
  const as = (credentials: Keys) => new IAMClient({ ...options, credentials });
  const stsAs = (credentials: Keys) => new STSClient({ ...options, credentials });
  return { clock, state, box, identity, factor, endpoint, as, iam: as(pair), stsAs, sts: stsAs(pair) };
}

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
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
export const trust = (principal: object, more: object = {}): string =>
  document({ Effect: "Allow", Principal: principal, Action: "sts:AssumeRole", ...more });

export const sessionKeys = (credentials: Credentials | undefined): Keys => ({
  accessKeyId: credentials?.AccessKeyId ?? "",
  secretAccessKey: credentials?.SecretAccessKey ?? "",
  sessionToken: credentials?.SessionToken ?? "",
});

/** A user with a key, and with an inline policy where one is given. */
export async function newUser(
  { iam }: House,
  UserName: string,
  PolicyDocument?: string,
): Promise<Keys & { readonly arn: string }> {
  const { User } = await iam.send(new CreateUserCommand({ UserName }));
  if (PolicyDocument !== undefined) {
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "p", PolicyDocument }));
  }
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return {
    arn: User?.Arn ?? "",
    accessKeyId: AccessKey?.AccessKeyId ?? "",
    secretAccessKey: AccessKey?.SecretAccessKey ?? "",
  };
}

/** Who a server takes the holder of these keys for. */
export function callerOf({ identity }: House, { accessKeyId, sessionToken }: Keys) {
  const principal = identity.credential(accessKeyId, sessionToken)?.principal;
  assert.ok(principal && isCaller(principal));
  return principal;
}
