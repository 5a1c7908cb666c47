import assert from "node:assert/strict";
import { test } from "node:test";
import { virtualClock } from "../../../platform/clock/virtual-clock.ts";
import { createReadAhead } from "./read-ahead.ts";

test("a page is given away once", async () => {
  const pages = createReadAhead<string>(virtualClock(0));
  pages.begin("a", async () => "page");
  assert.equal(await pages.take("a"), "page");
  assert.equal(pages.take("a"), undefined);
  assert.equal(pages.take("b"), undefined);
});

test("a page that nobody fetches is stopped and forgotten", async () => {
  const clock = virtualClock(0);
  const pages = createReadAhead<string>(clock);
  let stopped = false;
  pages.begin("a", async (signal) => {
    signal.addEventListener("abort", () => {
      stopped = true;
    });
    return "page";
  });
  await clock.advance(2_001);
  assert.ok(stopped);
  assert.equal(pages.take("a"), undefined);
});

test("only some are kept, and a failure is for who takes the page", async () => {
  const pages = createReadAhead<string>(virtualClock(0));
  for (let i = 0; i < 20; i++) pages.begin(String(i), () => Promise.reject(new Error("gone")));
  assert.equal(pages.take("19"), undefined);
  await assert.rejects(pages.take("0") ?? Promise.resolve(), /gone/);
});
