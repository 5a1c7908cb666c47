import assert from "node:assert/strict";
import { test } from "node:test";
import { mergedShares } from "./field-shares.ts";

test("groups with events count alike", () => {
  assert.deepEqual(
    mergedShares([
      [
        { name: "@message", percent: 100 },
        { name: "status", percent: 40 },
        { name: "rare", percent: 1 },
      ],
      [{ name: "@message", percent: 100 }],
      [],
    ]),
    [
      { name: "@message", percent: 100 },
      { name: "status", percent: 20 },
      { name: "rare", percent: 1 },
    ],
  );
  assert.deepEqual(mergedShares([[], []]), []);
});
