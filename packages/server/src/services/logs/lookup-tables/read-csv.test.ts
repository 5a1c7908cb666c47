import assert from "node:assert/strict";
import { test } from "node:test";
import { inspectTable, MAX_TABLE_BYTES, readCsv, TableRefused } from "./read-csv.ts";

const rows = async (text: string, expected: string[][]) => {
  const read: (readonly string[])[] = [];
  for await (const row of readCsv(text)) read.push(row);
  assert.deepEqual(read, expected);
};
const refused = (text: string, message: RegExp) =>
  assert.rejects(inspectTable(text), (error: unknown) => {
    assert.ok(error instanceof TableRefused, String(error));
    assert.match(error.message, message);
    return true;
  });

test("rows are read as RFC 4180 has them", async () => {
  await rows("a,b\n1,2\n", [
    ["a", "b"],
    ["1", "2"],
  ]);
  await rows("a,b\r\n1,2", [
    ["a", "b"],
    ["1", "2"],
  ]);
  await rows('a,b\n"x, ""y""\nz",2\n', [
    ["a", "b"],
    ['x, "y"\nz', "2"],
  ]);
  await rows("\ufeffa\n\n1\n", [["a"], ["1"]]);
  await rows("a,b\n,\n", [
    ["a", "b"],
    ["", ""],
  ]);
  await rows("größe,名前\n1,二\n", [
    ["größe", "名前"],
    ["1", "二"],
  ]);
});

test("line ends and quotes may fall on the edge of a chunk", async () => {
  for (const length of [16_381, 16_382, 16_383, 16_384]) {
    const long = "x".repeat(length - 3);
    await rows(`a\r\n${long}\r\ny\r\n`, [["a"], [long], ["y"]]);
    await rows(`a\n"${long}"\ny\n`, [["a"], [long], ["y"]]);
  }
});

test("other work gets its turn while a large table is read", async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  await inspectTable("x\n".repeat(100_000));
  clearInterval(timer);
  assert.ok(turns > 0);
});

test("a table is its columns, its number of rows and its bytes", async () => {
  assert.deepEqual(await inspectTable("id,größe\n1,2\n3,4\n"), {
    tableFields: ["id", "größe"],
    recordsCount: 2,
    sizeBytes: 19,
  });
  assert.equal((await inspectTable("id")).recordsCount, 0);
});

test("what is no table is refused with a reason", async () => {
  await refused("", /no first row/);
  await refused("\n\n", /no first row/);
  await refused("a,b\n1\n", /not valid CSV: .*line 2/);
  await refused("a,b\n1,2,3\n", /not valid CSV: .*line 2/);
  await refused('a,b\n"1,2\n', /not valid CSV/);
  await refused('a,b\n1,"2"x\n', /not valid CSV/);
  await refused("a,\n1,2\n", /Column 2 of the table has no name/);
  await refused(Array.from({ length: 1_001 }, (_, i) => `c${i}`).join(","), /1001 columns; at most 1000/);
  await refused("x".repeat(257), /column 1 is longer than 256/);
  await refused("a,a\n1,2\n", /Two columns of the table are named a/);
  await refused("a\n\ud800\n", /not valid UTF-8/);
  await refused(`a\n${"é".repeat(MAX_TABLE_BYTES / 2)}`, /at most 10485760/);
});
