import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import {
  CreateAliasCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  type KMSClient,
  ListGrantsCommand,
  ListKeyRotationsCommand,
  RotateKeyOnDemandCommand,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import { openSqliteState } from "../../src/platform/state/sqlite-state.ts";
import type { State } from "../../src/platform/state/state.ts";
import { ALIAS_KIND, type KeyAlias } from "../../src/services/kms/aliases/alias.ts";
import { GRANT_KIND } from "../../src/services/kms/grants/grant.ts";
import { KEY_KIND, type KmsKey, MATERIAL_KIND } from "../../src/services/kms/keys/key.ts";
import { clientOf, userArn } from "./house.ts";

const ROUNDS = 5;
const WRITERS = 8;
const CALLS_PER_ROUND = 60;
const DAY_MS = 86_400_000;
const START = Date.parse("2026-11-21T00:00:00Z");
/** The least that KMS takes. */
const WINDOW_DAYS = 7;

/** What was acknowledged of a key. */
interface Known {
  readonly keyId: string;
  readonly ciphertexts: Uint8Array[];
  readonly grants: string[];
  rotations: number;
  /** Whether its deletion was tried, and then acknowledged. */
  deletion: "none" | "tried" | "scheduled";
}

async function start(data: string, nowMs: number): Promise<{ child: ChildProcess; client: KMSClient }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "crash-child.ts"), data, String(nowMs)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const { stdout } = child;
  if (stdout === null) throw new Error("the server has no output");
  const endpoint = await new Promise<string>((resolve, reject) => {
    createInterface({ input: stdout }).once("line", resolve);
    child.once("exit", () => reject(new Error("the server ended at its start")));
  });
  return { child, client: clientOf(endpoint, "admin") };
}

/** What must be so in every state on disk: no key without all of its material, nothing left of a key that is gone. */
function checkWhole(state: State): void {
  const all = <T>(kind: string) => state.scan<T>(kind, undefined, 100_000);
  const keys = new Map(all<KmsKey>(KEY_KIND).map(({ ref, document }) => [ref.key, document]));
  const materials = new Set(all(MATERIAL_KIND).map(({ ref }) => ref.key));
  const wanted = [...keys].flatMap(([id, key]) => key.materials.map(({ number }) => `${id}:${number}`));
  assert.deepEqual([...materials].sort(), wanted.sort());
  for (const { ref } of all(GRANT_KIND)) assert.ok(keys.has(ref.key.split(":")[0] ?? ""), `the grant ${ref.key}`);
  for (const { ref, document } of all<KeyAlias>(ALIAS_KIND))
    assert.ok(keys.has(document.keyId), `the alias ${ref.key}`);
}

async function checkKept(client: KMSClient, known: readonly Known[]): Promise<void> {
  for (const { keyId: KeyId, ciphertexts, grants, rotations, deletion } of known) {
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }));
    if (deletion !== "tried")
      assert.equal(KeyMetadata?.KeyState, deletion === "none" ? "Enabled" : "PendingDeletion", KeyId);
    const { Rotations = [] } = await client.send(new ListKeyRotationsCommand({ KeyId }));
    // One that was under way may have been done and not acknowledged.
    assert.ok(Rotations.length >= rotations, `${KeyId} was rotated ${rotations} times, and has ${Rotations.length}`);
    const { Grants = [] } = await client.send(new ListGrantsCommand({ KeyId, Limit: 100 }));
    const found = Grants.map(({ GrantId }) => GrantId);
    for (const grant of grants) assert.ok(found.includes(grant), `the grant ${grant}`);
    if (KeyMetadata?.KeyState === "PendingDeletion") continue;
    for (const CiphertextBlob of ciphertexts) {
      const { Plaintext } = await client.send(new DecryptCommand({ CiphertextBlob }));
      assert.equal(Buffer.from(Plaintext ?? []).toString(), "secret");
    }
  }
}

test("kill -9 while keys are made, rotated, granted and deleted loses nothing acknowledged and leaves no half of a key", {
  timeout: 120_000,
}, async (t) => {
  const data = mkdtempSync(join(tmpdir(), "nephoscope-kms-crash-"));
  let now = START;
  let { child, client } = await start(data, now);
  t.after(() => {
    child.kill("SIGKILL");
    client.destroy();
    rmSync(data, { recursive: true, force: true });
  });
  let known: Known[] = [];
  let acknowledged = 0;

  const encrypt = async (key: Known) => {
    const { CiphertextBlob } = await client.send(
      new EncryptCommand({ KeyId: key.keyId, Plaintext: Buffer.from("secret") }),
    );
    key.ciphertexts.push(CiphertextBlob ?? new Uint8Array());
  };
  const make = async (): Promise<Known> => {
    const { KeyMetadata } = await client.send(new CreateKeyCommand({}));
    const key: Known = { keyId: KeyMetadata?.KeyId ?? "", ciphertexts: [], grants: [], rotations: 0, deletion: "none" };
    known.push(key);
    await encrypt(key);
    await client.send(new CreateAliasCommand({ AliasName: `alias/${key.keyId}`, TargetKeyId: key.keyId }));
    return key;
  };
  const change = async (key: Known, what: number) => {
    const KeyId = key.keyId;
    if (what === 0) {
      await client.send(new RotateKeyOnDemandCommand({ KeyId }));
      key.rotations++;
      await encrypt(key);
    } else if (what === 1) {
      const GranteePrincipal = userArn("alice");
      const { GrantId = "" } = await client.send(
        new CreateGrantCommand({ KeyId, GranteePrincipal, Operations: ["Decrypt"] }),
      );
      key.grants.push(GrantId);
    } else {
      key.deletion = "tried";
      await client.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: WINDOW_DAYS }));
      key.deletion = "scheduled";
    }
  };

  for (let round = 0; round < ROUNDS; round++) {
    const due = known.filter(({ deletion }) => deletion === "scheduled");
    const unsure = known.filter(({ deletion }) => deletion === "tried");
    let dead = false;
    const before = acknowledged;
    const writers = Array.from({ length: WRITERS }, async (_, writer) => {
      while (!dead) {
        try {
          const key = await make();
          for (const what of [0, 1, 0, ...(writer % 2 === 0 ? [2] : [])]) {
            await change(key, what);
            acknowledged++;
          }
        } catch (error) {
          if (!dead) throw error;
        }
      }
    });
    // Keys of the last round are due while others are made; whether the deletions are done when it dies is left to chance.
    child.stdin?.write(`${15 * 60_000}\n`);
    while (acknowledged < before + CALLS_PER_ROUND)
      await new Promise((resolve) => setTimeout(resolve, randomInt(2, 15)));
    dead = true;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
    await Promise.all(writers);
    client.destroy();

    const state = openSqliteState(join(data, "state.db"), () => now);
    checkWhole(state);
    const there = new Set(state.scan(KEY_KIND, undefined, 100_000).map(({ ref }) => ref.key));
    state.close();
    const gone = new Set([...due, ...unsure].filter(({ keyId }) => !there.has(keyId)));
    known = known.filter((key) => !gone.has(key));
    ({ child, client } = await start(data, now));
    await checkKept(client, known);
    now += (WINDOW_DAYS + 1) * DAY_MS;
    client.destroy();
    child.kill("SIGKILL");
    await once(child, "exit");
    ({ child, client } = await start(data, now));
  }
  // In the end the deletions are done, whichever crash stood between.
  child.stdin?.write(`${15 * 60_000}\n`);
  for (const { keyId: KeyId } of known.filter(({ deletion }) => deletion === "scheduled")) {
    const isGone = () =>
      client.send(new DescribeKeyCommand({ KeyId })).then(
        () => false,
        (error: Error) => {
          assert.equal(error.name, "NotFoundException");
          return true;
        },
      );
    while (!(await isGone())) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  t.diagnostic(`${acknowledged} acknowledged changes, ${known.length} keys left`);
});
