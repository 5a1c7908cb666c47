import assert from "node:assert/strict";
import { test } from "node:test";
import { idTime, timeOrderedId } from "./time-ordered-id.ts";

test("ids are UUIDs of version 7, sort by time and tell it", () => {
  const early = timeOrderedId(1_763_640_000_000);
  const late = timeOrderedId(1_763_640_000_001);
  assert.match(early, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.ok(early < late);
  assert.equal(idTime(late), 1_763_640_000_001);
});
