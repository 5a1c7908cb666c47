import assert from "node:assert/strict";
import { test } from "node:test";
import { CallError } from "../api/call-error.ts";
import { askQuery } from "./asked-query.ts";
import { faultOf } from "./query-fault.ts";

const asked = askQuery(
  {
    query: "fields nosuch(a)",
    groups: { kind: "all", logClass: "STANDARD" },
    range: { kind: "relative", amount: 1, unit: "hour" },
  },
  0,
);
const refused = (details: Record<string, unknown>) =>
  new CallError("MalformedQueryException", "There is no function nosuch. (characters 42 to 48)", {
    status: 400,
    details,
  });

test("a fault's place is counted from the person's own text", () => {
  const start = asked.added + 7;
  const location = { startCharOffset: start, endCharOffset: start + 6 };
  const details = { queryCompileError: { location, message: "There is no function nosuch." } };
  assert.deepEqual(faultOf(refused(details), asked), {
    start: 7,
    end: 13,
    message: "There is no function nosuch.",
    text: "fields nosuch(a)",
  });
});

test("other failures have no place", () => {
  assert.equal(faultOf(refused({}), asked), undefined);
  assert.equal(faultOf(new Error("x"), asked), undefined);
  assert.equal(faultOf(new CallError("NetworkError", "x"), asked), undefined);
});
