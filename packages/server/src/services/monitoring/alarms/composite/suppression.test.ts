import assert from "node:assert/strict";
import { test } from "node:test";
import type { Suppression } from "../alarm.ts";
import { onChange, onSuppressor, onTime, type SuppressionStep } from "./suppression.ts";

const SETTINGS = { wait: 60, extension: 30 };
const show = ({ suppression, act }: SuppressionStep) =>
  `${suppression === undefined ? "-" : `${suppression.by}${suppression.until === undefined ? "" : ` until ${suppression.until / 1_000}`}`}${act ? ", act" : ""}`;
const waiting: Suppression = { by: "WaitPeriod", until: 60_000, acted: "OK" };
const held: Suppression = { by: "Alarm", acted: "OK" };
const extending: Suppression = { by: "ExtensionPeriod", until: 100_000, acted: "OK" };

test("a change waits for the suppressor, then acts", () => {
  assert.equal(show(onChange(undefined, SETTINGS, false, "OK", 0)), "WaitPeriod until 60");
  assert.equal(show(onTime(waiting, "ALARM", 59_999)), "WaitPeriod until 60");
  assert.equal(show(onTime(waiting, "ALARM", 60_000)), "-, act");
  assert.equal(show(onChange(undefined, { wait: 0, extension: 0 }, false, "OK", 0)), "-, act");
});

test("a suppressor that comes in time holds the actions until it has gone, and longer by its extension", () => {
  assert.equal(show(onSuppressor(waiting, SETTINGS, true, "ALARM", 10_000)), "Alarm");
  assert.equal(show(onTime(held, "ALARM", 1e9)), "Alarm");
  assert.equal(show(onSuppressor(held, SETTINGS, false, "ALARM", 70_000)), "ExtensionPeriod until 100");
  assert.equal(show(onTime(extending, "ALARM", 100_000)), "-, act");
  assert.equal(show(onSuppressor(held, { wait: 1, extension: 0 }, false, "ALARM", 70_000)), "-, act");
});

test("another change starts the wait anew, in the wait and in the extension", () => {
  assert.equal(show(onChange(waiting, SETTINGS, false, "ALARM", 40_000)), "WaitPeriod until 100");
  assert.equal(show(onChange(extending, SETTINGS, false, "ALARM", 80_000)), "WaitPeriod until 140");
  assert.equal(show(onChange(undefined, SETTINGS, true, "OK", 0)), "Alarm");
});

test("an alarm that is back in the state that was told last is not told again", () => {
  assert.equal(show(onTime(waiting, "OK", 60_000)), "-");
  assert.equal(show(onTime(extending, "OK", 100_000)), "-");
});

test("a suppressor that leaves ALARM while nothing is held changes nothing", () => {
  assert.equal(show(onSuppressor(undefined, SETTINGS, false, "OK", 0)), "-");
  assert.equal(show(onSuppressor(waiting, SETTINGS, false, "ALARM", 0)), "WaitPeriod until 60");
});
