import assert from "node:assert/strict";
import { test } from "node:test";
import { gathered } from "./gathered.ts";

test("what comes within the time goes together, and the time begins with the first", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const given: (readonly number[])[] = [];
  const some = gathered<number>(200, 100, (items) => given.push(items));
  some.add(1);
  t.mock.timers.tick(150);
  some.add(2);
  t.mock.timers.tick(49);
  assert.deepEqual(given, []);
  t.mock.timers.tick(1);
  assert.deepEqual(given, [[1, 2]]);
  some.add(3);
  t.mock.timers.tick(200);
  assert.deepEqual(given, [[1, 2], [3]]);
});

test("as many as may be gathered go at once", () => {
  const given: (readonly number[])[] = [];
  const some = gathered<number>(200, 2, (items) => given.push(items));
  for (const item of [1, 2, 3, 4]) some.add(item);
  assert.deepEqual(given, [
    [1, 2],
    [3, 4],
  ]);
});

test("what is flushed is not given again", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const given: (readonly number[])[] = [];
  const some = gathered<number>(200, 100, (items) => given.push(items));
  some.add(1);
  some.flush();
  some.flush();
  t.mock.timers.tick(1_000);
  assert.deepEqual(given, [[1]]);
});
