import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "./reply.ts";
import { requireRoom, roomAt } from "./room.ts";

const MIB = 1_048_576;
const PLENTY = { bytes: 100 * MIB, files: 1e6 };

test("what changes definitions is refused where the disk has too little, and all else is left to the engine", () => {
  const runs = (sql: string, expected: boolean, room = { bytes: MIB, files: 1e6 }) => {
    const run = () => requireRoom({ verb: sql.split(" ")[0] ?? "" }, sql, room, 16 * MIB);
    if (expected) assert.doesNotThrow(run, sql);
    else assert.throws(run, (error) => error instanceof Refusal && error.code === 243, sql);
  };
  runs("ALTER TABLE d.t MODIFY SETTING a = 1", false);
  runs("ALTER TABLE d.t DELETE WHERE a = 'DROP PARTITION'", false);
  runs("CREATE TABLE d.u (a UInt64) ENGINE = MergeTree ORDER BY a", false);
  runs("DELETE FROM d.t WHERE a = 1", false);
  runs("ALTER TABLE d.t DROP PARTITION ID '1'", true);
  runs("ALTER TABLE d.t DROP PART 'a'", true);
  runs("DROP TABLE d.t", true);
  runs("SELECT 1", true);
  runs("ALTER TABLE d.t MODIFY SETTING a = 1", true, PLENTY);
  runs("ALTER TABLE d.t MODIFY SETTING a = 1", false, { bytes: 100 * MIB, files: 5 });
});

test("a filesystem that counts no files has room for them", () => {
  const stats = { type: 0, bsize: 4_096, blocks: 10, bfree: 5, bavail: 3, frsize: 4_096 };
  assert.deepEqual(
    roomAt("/", () => ({ ...stats, files: 0, ffree: 0 })),
    { bytes: 12_288, files: Infinity },
  );
  assert.deepEqual(
    roomAt("/", () => ({ ...stats, files: 9, ffree: 7 })),
    { bytes: 12_288, files: 7 },
  );
});
