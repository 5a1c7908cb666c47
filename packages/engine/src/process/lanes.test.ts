import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Lanes } from "./lanes.ts";

const never = new AbortController().signal;

/** Work that says when it started and ends when told to. */
function job(lanes: Lanes, lane: "read" | "write" | "control", signal = never) {
  const gate = Promise.withResolvers<void>();
  const state = { started: false };
  const done = lanes.run(lane, signal, () => {
    state.started = true;
    return gate.promise;
  });
  done.catch(() => {});
  return { state, end: gate.resolve, done };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("Lanes", () => {
  it("runs as many as a lane has places, and the next when one ends", async () => {
    const lanes = new Lanes({ reads: 2, writes: 1, queue: 5 });
    const [a, b, c] = [job(lanes, "read"), job(lanes, "read"), job(lanes, "read")];
    await settle();
    assert.deepEqual([a.state.started, b.state.started, c.state.started], [true, true, false]);
    b.end();
    await settle();
    assert.ok(c.state.started);
  });

  it("keeps writes and control free of reads", async () => {
    const lanes = new Lanes({ reads: 1, writes: 1, queue: 5 });
    job(lanes, "read");
    job(lanes, "read");
    const [write, control] = [job(lanes, "write"), job(lanes, "control")];
    await settle();
    assert.ok(write.state.started && control.state.started);
  });

  it("gives the place on when work fails", async () => {
    const lanes = new Lanes({ reads: 1, writes: 1, queue: 5 });
    await assert.rejects(
      lanes.run("read", never, () => Promise.reject(new Error("boom"))),
      /boom/,
    );
    const next = job(lanes, "read");
    await settle();
    assert.ok(next.state.started);
  });

  it("refuses what finds no place to wait", async () => {
    const lanes = new Lanes({ reads: 1, writes: 1, queue: 1 });
    job(lanes, "read");
    job(lanes, "read");
    await assert.rejects(job(lanes, "read").done, { name: "LanesFull" });
  });

  it("lets a waiting one leave, and its place in the queue be taken", async () => {
    const lanes = new Lanes({ reads: 1, writes: 1, queue: 1 });
    const first = job(lanes, "read");
    const abort = new AbortController();
    const leaving = job(lanes, "read", abort.signal);
    abort.abort(new Error("left"));
    await assert.rejects(leaving.done, /left/);
    const next = job(lanes, "read");
    first.end();
    await settle();
    assert.ok(next.state.started && !leaving.state.started);
  });
});
