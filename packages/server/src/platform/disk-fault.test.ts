import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { EngineError } from "@nephoscope/engine";
import { diskFault } from "./disk-fault.ts";

/** What Node itself throws, of the real thing. */
function thrown(run: () => void): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return assert.fail("nothing was thrown");
}

test("faults of the disk are told from others", () => {
  const db = new DatabaseSync(":memory:");
  db.exec("PRAGMA max_page_count = 2; CREATE TABLE t (a)");
  assert.match(diskFault(thrown(() => db.exec(`INSERT INTO t VALUES (zeroblob(100000))`))) ?? "", /disk/);
  assert.equal(diskFault(thrown(() => db.exec("nonsense"))), undefined);
  assert.equal(diskFault(thrown(() => writeFileSync("/dev/full", "x"))), "The server's disk is full.");
  assert.equal(
    diskFault(new EngineError(243, "NOT_ENOUGH_SPACE", "Cannot reserve 1.00 MiB")),
    "The server's disk is full.",
  );
  assert.equal(diskFault(new EngineError(62, "SYNTAX_ERROR", "")), undefined);
  assert.equal(diskFault(new Error("another")), undefined);
  assert.equal(diskFault("text"), undefined);
});
