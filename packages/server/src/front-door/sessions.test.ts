import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { virtualClock } from "../platform/clock/virtual-clock.ts";
import { openSqliteState } from "../platform/state/sqlite-state.ts";
import { openSessions } from "./sessions.ts";

const HOUR = 3_600_000;
const subject = { accessKeyId: "AKIATEST" };

function open(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "nephoscope-sessions-"));
  const clock = virtualClock(Date.UTC(2026, 10, 21));
  const state = openSqliteState(join(folder, "state.db"), clock.now);
  t.after(() => {
    state.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { clock, state, sessions: openSessions({ state, clock, log: () => {} }) };
}

test("a session is found by its id, with what its page has to send", async (t) => {
  const { sessions, clock } = open(t);
  const session = await sessions.open(subject);
  assert.deepEqual(sessions.find(session.id), session);
  assert.equal(session.expires, clock.now() + 12 * HOUR);
  assert.notEqual(session.csrf, session.id);
  for (const id of ["", "x", session.csrf, `${session.id.slice(0, -1)}!`]) assert.equal(sessions.find(id), undefined);
});

test("the state holds neither the id nor the proof against forged requests", async (t) => {
  const { sessions, state } = open(t);
  const session = await sessions.open(subject);
  const kept = JSON.stringify(state.list({ kind: "console.session", account: "", region: "" }));
  assert.ok(kept.includes("AKIATEST"));
  assert.ok(!kept.includes(session.id) && !kept.includes(session.csrf));
});

test("a session ends at sign-out", async (t) => {
  const { sessions } = open(t);
  const session = await sessions.open(subject);
  await sessions.end(session.id);
  assert.equal(sessions.find(session.id), undefined);
  await sessions.end(session.id);
});

test("a session ends when nobody used it for an hour, and stays while somebody does", async (t) => {
  const { sessions, clock } = open(t);
  const [idle, used] = [await sessions.open(subject), await sessions.open(subject)];
  await clock.advance(HOUR - 1);
  assert.ok(sessions.find(used.id));
  // The use is written behind the answer.
  await new Promise((resolve) => setImmediate(resolve));
  await clock.advance(1);
  assert.equal(sessions.find(idle.id), undefined);
  assert.ok(sessions.find(used.id));
});

test("a session ends after twelve hours, whatever is done", async (t) => {
  const { sessions, clock } = open(t);
  const session = await sessions.open(subject);
  for (let minutes = 0; minutes < 12 * 60 - 30; minutes += 30) {
    await clock.advance(HOUR / 2);
    assert.ok(sessions.find(session.id), `after ${minutes} minutes`);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await clock.advance(HOUR / 2);
  assert.equal(sessions.find(session.id), undefined);
});

test("sessions that are over are forgotten, others are not", async (t) => {
  const { sessions, clock, state } = open(t);
  await sessions.open(subject);
  await clock.advance(2 * HOUR);
  const session = await sessions.open(subject);
  await sessions.sweep();
  assert.equal(state.list({ kind: "console.session", account: "", region: "" }).length, 1);
  assert.ok(sessions.find(session.id));
});
