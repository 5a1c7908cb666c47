import assert from "node:assert/strict";
import { test } from "node:test";
import { narrow, parseFilterPattern } from "@nephoscope/languages";
import { escapeLike, messageCondition } from "./message-condition.ts";

test("texts are bound, never written into the SQL", () => {
  const { sql, params } = messageCondition(narrow(parseFilterPattern(`"'; DROP TABLE events" -"50%"`)).test);
  assert.equal(sql, "(message LIKE {text0:String} AND NOT (message LIKE {text1:String}))");
  assert.deepEqual(params, { text0: "%'; DROP TABLE events%", text1: "%50\\%%" });
});

test("the characters that LIKE gives a meaning stand for themselves", () => {
  assert.equal(escapeLike("a_b%c\\d"), "a\\_b\\%c\\\\d");
});
