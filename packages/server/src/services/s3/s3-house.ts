import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { compilePolicy, parsePolicy, policySet } from "@nephoscope/languages/iam-policy";
import { type Credential, createWireServer, type Service } from "@nephoscope/wire";
import { createAuthority } from "../../platform/access/authority.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import { virtualClock } from "../../platform/clock/virtual-clock.ts";
import type { Caller } from "../../platform/identity/caller.ts";
import { type Jobs, startJobs } from "../../platform/jobs/jobs.ts";
import { KeyRefused, type Keys } from "../../platform/keys/keys.ts";
import { openOutbox } from "../../platform/outbox/open-outbox.ts";
import { OUTBOX_SCHEMA } from "../../platform/outbox/outbox-tables.ts";
import { openSecretBox, type SecretBox } from "../../platform/secrets/secret-box.ts";
import { openDurableTables } from "../../platform/sqlite/durable-tables.ts";
import { openSqliteState } from "../../platform/state/sqlite-state.ts";
import type { State } from "../../platform/state/state.ts";
import type { EventTargets } from "./events/deliver-events.ts";
import { startS3 } from "./start-s3.ts";
import type { Blobs } from "./store/blobs.ts";

/** The key that tests sign with. */
export const KEY = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };

export const ACCOUNT = "111122223333";
export const OTHER_ACCOUNT = "444455556666";
export const ADMINISTRATOR = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`;

function credentialOf(
  accessKeyId: string,
  account: string,
  userName = "u",
  policy = ADMINISTRATOR,
): [string, Credential] {
  const arn = `arn:aws:iam::${account}:user/${userName}`;
  const origin = { kind: "identity", name: "own" } as const;
  const identity = policySet([compilePolicy(parsePolicy(policy, "identity"), origin)]);
  const principal: Caller = {
    type: "IAMUser",
    arn,
    principalId: "AIDAEXAMPLE",
    userName,
    requester: { kind: "user", account, arn, id: "AIDAEXAMPLE" },
    policies: () => ({ identity, boundary: undefined, session: undefined }),
    tags: () => ({}),
    session: undefined,
  };
  return [accessKeyId, { accessKeyId, secret: KEY.secretAccessKey, account, principal }];
}

export interface HouseParts {
  readonly state: State;
  readonly box: SecretBox;
  readonly jobs: Jobs;
  readonly clock: Clock;
}

/** What a test sets up beside S3. */
export type Beside = (parts: HouseParts) => {
  readonly keys: Keys;
  readonly services: readonly Service[];
  readonly blobs?: Blobs;
};

/** A house without KMS. */
export const nothing: Beside = () => {
  const none = () => {
    throw new KeyRefused("NotFoundException", "There is no KMS in this test.");
  };
  const keys: Keys = {
    usable: async () => none(),
    encryptable: async () => none(),
    encrypt: async () => none(),
    decrypt: async () => none(),
    checkDecrypt: none,
  };
  return { keys, services: [] };
};

/** S3 on a data directory, on a port of its own. */
export async function serveS3(data: string, beside: Beside = nothing) {
  const clock = virtualClock(Date.now());
  const log = () => {};
  const state = openSqliteState(join(data, "state.db"), clock.now);
  const jobs = startJobs(clock, log);
  const box = openSecretBox(join(data, "root.key"));
  const { keys, services, blobs } = beside({ state, box, jobs, clock });
  const rulings = { note: () => {}, take: () => [] };
  const authority = createAuthority({ rulings, now: clock.now, secure: () => false });
  const s3 = await startS3({ data, state, box, keys, authority, blobs, jobs, clock, log });
  const callers = new Map([credentialOf(KEY.accessKeyId, ACCOUNT), credentialOf(OTHER.accessKeyId, OTHER_ACCOUNT)]);
  const failures: unknown[] = [];
  const closing: (() => Promise<void> | void)[] = [];
  const server = createWireServer({
    services: [s3.service, s3.control.service, ...services],
    credentials: (accessKeyId) => callers.get(accessKeyId),
    // S3 asks for itself.
    authorize: () => {},
    unsigned: s3.unsigned,
    unsignedRest: s3.unsignedRest,
    before: s3.before,
    open: (req) => (s3.preflights.takes(req) ? s3.preflights.answer : undefined),
    onCall: () => {},
    clock: () => new Date(),
    log: (_level, message, fields) => failures.push({ message, ...fields }),
  });
  const { port } = await server.listen({ host: "127.0.0.1", port: 0 });
  return {
    clock,
    failures,
    implemented: s3.service.implemented,
    /** Makes a user, and gives its key. */
    user(name: string, policy: string, account = ACCOUNT) {
      const accessKeyId = `AKIAUSER${callers.size}EXAMPLE`;
      callers.set(...credentialOf(accessKeyId, account, name, policy));
      return { ...KEY, accessKeyId };
    },
    endpoint: `http://127.0.0.1:${port}`,
    /** Gives S3 an outbox, and whom to tell. */
    tell(targets: EventTargets) {
      const tables = openDurableTables({
        file: join(data, "outbox.db"),
        schema: OUTBOX_SCHEMA,
        version: 1,
        maxBytes: 2 ** 30,
      });
      const outbox = openOutbox({ tables, clock, log });
      closing.push(
        () => outbox.close(),
        () => tables.close(),
      );
      s3.tell(outbox, targets);
      outbox.start();
    },
    async close() {
      await server.close();
      for (const step of closing) await step();
      await jobs.close();
      s3.close();
      state.close();
    },
  };
}

/** S3 on a port of its own, and a client of AWS's for it. */
export async function openHouse(t: TestContext, config: Partial<S3ClientConfig> = {}, beside: Beside = nothing) {
  const data = mkdtempSync(join(tmpdir(), "nephoscope-s3-"));
  const { clock, failures, implemented, user, endpoint, close } = await serveS3(data, beside);
  const clients: S3Client[] = [];
  const client = (more: Partial<S3ClientConfig> = {}) => {
    const made = new S3Client({
      endpoint,
      region: "us-east-1",
      credentials: KEY,
      forcePathStyle: true,
      maxAttempts: 1,
      ...config,
      ...more,
    });
    clients.push(made);
    return made;
  };
  t.after(async () => {
    for (const made of clients) made.destroy();
    await close();
    rmSync(data, { recursive: true, force: true });
  });
  return { client: client(), another: client, implemented, user, endpoint, data, clock, failures };
}

/** A key of another account. */
export const OTHER = { ...KEY, accessKeyId: "AKIAI44QH8DHBEXAMPLE" };
