import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, test } from "node:test";
import { openSqliteState } from "./sqlite-state.ts";
import { type Commit, type ResourceRef, type State, VersionConflict } from "./state.ts";

const cause = { action: "test" };
const ref = (key: string, region = "us-east-1"): ResourceRef => ({
  kind: "thing",
  account: "123456789012",
  region,
  key,
});

let folder = "";
let state: State | undefined;
let now = 1_000;

function open(): State {
  if (folder === "") folder = mkdtempSync(join(tmpdir(), "nephoscope-state-"));
  state = openSqliteState(join(folder, "state.db"), () => now);
  return state;
}
afterEach(() => {
  state?.close();
  rmSync(folder, { recursive: true, force: true });
  folder = "";
  now = 1_000;
});

const put = (s: State, key: string, document: object, expect: "absent" | "present" | "any" | number = "any") =>
  s.commit({ cause, changes: [{ put: ref(key), document, expect }] });

test("a resource is read back with its version and times", async () => {
  const s = open();
  await put(s, "a", { n: 1 }, "absent");
  now = 2_000;
  await put(s, "a", { n: 2 }, 1);
  assert.deepEqual(s.get(ref("a")), {
    ref: ref("a"),
    version: 2,
    document: { n: 2 },
    createdAt: 1_000,
    updatedAt: 2_000,
  });
});

test("a writer with a stale version is refused and changes nothing", async () => {
  const s = open();
  await put(s, "a", { n: 1 });
  await put(s, "a", { n: 2 }, 1);
  await assert.rejects(put(s, "a", { n: 3 }, 1), VersionConflict);
  assert.equal(s.get(ref("a"))?.version, 2);
});

test("expectations: absent, present, removal of what is not there", async () => {
  const s = open();
  await assert.rejects(put(s, "a", {}, "present"), VersionConflict);
  await put(s, "a", {}, "absent");
  await assert.rejects(put(s, "a", {}, "absent"), VersionConflict);
  await assert.rejects(s.commit({ cause, changes: [{ remove: ref("b"), expect: "present" }] }), VersionConflict);
  await s.commit({ cause, changes: [{ remove: ref("a"), expect: "present" }] });
  assert.equal(s.get(ref("a")), undefined);
});

test("a commit writes all of its changes or none", async () => {
  const s = open();
  const both = s.commit({
    cause,
    changes: [
      { put: ref("a"), document: {}, expect: "absent" },
      { put: ref("b"), document: {}, expect: "present" },
    ],
    cursors: { reader: "7" },
  });
  await assert.rejects(both, VersionConflict);
  assert.equal(s.get(ref("a")), undefined);
  assert.equal(s.cursor("reader"), undefined);
});

test("of commits that arrive together, one that conflicts does not touch the others", async () => {
  const s = open();
  const results = await Promise.allSettled([
    put(s, "a", { n: 1 }, "absent"),
    put(s, "a", { n: 2 }, "absent"),
    put(s, "b", {}, "absent"),
  ]);
  assert.deepEqual(
    results.map((r) => r.status),
    ["fulfilled", "rejected", "fulfilled"],
  );
  assert.deepEqual(s.get(ref("a"))?.document, { n: 1 });
});

test("listeners get before, after and cause, in commit order", async () => {
  const s = open();
  const seen: Commit[] = [];
  s.onCommit((commit) => seen.push(commit));
  await put(s, "a", { n: 1 });
  await put(s, "a", { n: 2 });
  await s.commit({
    cause: { action: "logs:Delete", requestId: "r-1" },
    changes: [{ remove: ref("a"), expect: "any" }],
  });
  assert.deepEqual(
    seen.map(({ changes: [change] }) => [change?.before?.document, change?.after?.document]),
    [
      [undefined, { n: 1 }],
      [{ n: 1 }, { n: 2 }],
      [{ n: 2 }, undefined],
    ],
  );
  assert.equal(seen[2]?.cause.requestId, "r-1");
});

test("lists are in ASCII order, by prefix, from a key on, within one region", async () => {
  const s = open();
  for (const key of ["b", "a/2", "B", "a/10", "é"]) await put(s, key, {});
  await s.commit({ cause, changes: [{ put: ref("a/9", "eu-west-1"), document: {}, expect: "any" }] });
  const keys = (q: object) =>
    s.list({ kind: "thing", account: "123456789012", region: "us-east-1", ...q }).map((r) => r.ref.key);
  assert.deepEqual(keys({}), ["B", "a/10", "a/2", "b", "é"]);
  assert.deepEqual(keys({ prefix: "a/" }), ["a/10", "a/2"]);
  assert.deepEqual(keys({ after: "a/10", limit: 2 }), ["a/2", "b"]);
  assert.deepEqual(keys({ descending: true, limit: 2 }), ["é", "b"]);
  assert.deepEqual(keys({ descending: true, prefix: "a/", after: "a/2" }), ["a/10"]);
});

test("a scan goes through every account and region in pages", async () => {
  const s = open();
  const refs = [ref("a"), ref("b"), ref("a", "eu-west-1")];
  for (const r of refs) await s.commit({ cause, changes: [{ put: r, document: {}, expect: "any" }] });
  const first = s.scan("thing", undefined, 2);
  const second = s.scan("thing", first.at(-1)?.ref, 2);
  assert.deepEqual(
    [...first, ...second].map((r) => `${r.ref.region}/${r.ref.key}`),
    ["eu-west-1/a", "us-east-1/a", "us-east-1/b"],
  );
});

test("everything is there after closing and opening again", async () => {
  let s = open();
  await s.commit({
    cause,
    changes: [{ put: ref("a"), document: { n: 1 }, expect: "any" }],
    cursors: { reader: "42" },
    outbox: [{ queue: "mail", payload: { to: "x" } }],
  });
  assert.equal(s.allocate("group-id"), 1);
  s.close();
  s = open();
  assert.deepEqual(s.get<{ n: number }>(ref("a"))?.document.n, 1);
  assert.equal(s.cursor("reader"), "42");
  assert.deepEqual(
    s.due("mail", now, 10).map((m) => m.payload),
    [{ to: "x" }],
  );
  assert.equal(s.allocate("group-id", 5), 2);
  assert.equal(s.allocate("group-id"), 7);
});

test("a reserved counter keeps 64-bit numbers whole and never goes down", () => {
  const s = open();
  const big = (1n << 61n) + 1n;
  s.reserve("seq", big);
  s.reserve("seq", 5n);
  assert.equal(s.reserved("seq"), big);
});

test("an outbox message stays until it is settled, waits when postponed, and is kept when given up on", async () => {
  const s = open();
  await s.commit({
    cause,
    outbox: [
      { queue: "mail", payload: { n: 1 } },
      { queue: "mail", payload: { n: 2 } },
    ],
  });
  const [one, two] = s.due("mail", now, 10);
  assert.ok(one && two);
  s.postpone(one.id, now + 500, "connection refused");
  s.settle(two.id);
  assert.deepEqual(s.due("mail", now, 10), []);
  const [again] = s.due("mail", now + 500, 10);
  assert.deepEqual([again?.attempts, again?.lastError], [1, "connection refused"]);
  s.settle(one.id, "mailbox unknown");
  assert.deepEqual(s.due("mail", now + 500, 10), []);
  assert.deepEqual(
    s.undelivered("mail", 10).map((m) => m.lastError),
    ["mailbox unknown"],
  );
});

test("a file of a newer version is refused, not guessed at", () => {
  open().close();
  const file = join(folder, "state.db");
  // A newer server would have raised the version that SQLite keeps in the file's header.
  const s = openSqliteState(file, () => now);
  s.close();
  withRawDatabase(file, "PRAGMA user_version = 99");
  assert.throws(() => openSqliteState(file, () => now), /written by a newer Nephoscope/);
  withRawDatabase(file, "PRAGMA user_version = 1");
});

function withRawDatabase(file: string, sql: string) {
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
}
