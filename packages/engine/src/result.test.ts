import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EngineError } from "./errors.ts";
import { readRows } from "./result.ts";

const META = '{"meta":[{"name":"a","type":"UInt8"},{"name":"b","type":"String"}]}\n';
const PROGRESS = '{"progress":{"read_rows":"3","read_bytes":"24","elapsed_ns":"1"}}\n';

/** Reads `text` cut into chunks of every size, and expects the same each time. */
async function read(
  text: string,
  tag?: string,
): Promise<{ rows: unknown[][]; columns: string[]; statistics: unknown }> {
  const bytes = Buffer.from(text);
  let first: { rows: unknown[][]; columns: string[]; statistics: unknown } | undefined;
  for (const size of [1, 7, bytes.length]) {
    const rows: unknown[][] = [];
    let columns: string[] = [];
    let statistics: unknown;
    async function* chunks() {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    }
    for await (const batch of readRows(chunks(), tag)) {
      rows.push(...batch.rows);
      columns = batch.columns ?? columns;
      statistics = batch.statistics ?? statistics;
    }
    first ??= { rows, columns, statistics };
    assert.deepEqual({ rows, columns, statistics }, first);
  }
  assert.ok(first);
  return first;
}

describe("readRows", () => {
  it("reads rows, names and totals, however they are cut", async () => {
    const text = `${PROGRESS.replace("3", "1")}${META}{"row":[1, "é}\\n{\\"row\\":"]}\n{"row":[2,"b"]}\n${PROGRESS}{"row":[3,"c"]}\n${PROGRESS}`;
    assert.deepEqual(await read(text), {
      rows: [
        [1, 'é}\n{"row":'],
        [2, "b"],
        [3, "c"],
      ],
      columns: ["a", "b"],
      statistics: { readRows: 3, readBytes: 24 },
    });
  });
  it("reads an empty result", async () => assert.deepEqual((await read(META)).rows, []));
  it("passes over totals and the like", async () =>
    assert.deepEqual((await read(`${META}{"row":[1,"a"]}\n{"rows_before_limit_at_least":0}\n`)).rows, [[1, "a"]]));
  it("throws the error that follows rows in a marked block", async () => {
    const message = "Code: 395. DB::Exception: boom (FUNCTION_THROW_IF_VALUE_IS_NON_ZERO)\n";
    const block = `\r\n__exception__\r\nTAG\r\n${message}${message.length} TAG\r\n__exception__\r\n`;
    await assert.rejects(
      read(`${META}{"row":[1,"a"]}\n${block}`, "TAG"),
      (error) => error instanceof EngineError && error.code === 395 && error.message === "boom",
    );
  });
  it("throws the error that a cluster writes as a line", async () => {
    const line = JSON.stringify({ exception: "Code: 241. DB::Exception: too much (MEMORY_LIMIT_EXCEEDED)" });
    await assert.rejects(read(`${META}${line}\n`), { name: "MemoryLimit", message: "too much" });
  });
  it("throws when the end is missing", async () => {
    await assert.rejects(read(`${META}{"row":[1,`), { codeName: "INCOMPLETE_RESULT" });
    await assert.rejects(read(""), { codeName: "INCOMPLETE_RESULT" });
  });
});
