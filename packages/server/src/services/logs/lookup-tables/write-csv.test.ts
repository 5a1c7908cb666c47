import assert from "node:assert/strict";
import { test } from "node:test";
import { readCsv } from "./read-csv.ts";
import { writeCsv } from "./write-csv.ts";

const row = (fields: Record<string, string>) => Object.entries(fields).map(([field, value]) => ({ field, value }));

test("a query's rows become lines under their fields", () => {
  const rows = [row({ a: "1", "@ptr": "x" }), row({ b: 'say "hi",\nthere', a: "" })];
  assert.equal(writeCsv(rows), '"a","b"\n"1",""\n"","say ""hi"",\nthere"\n');
});

test("what is written is read again", async () => {
  const rows = [row({ a: "" }), row({ a: ' x"\r\n,' }), row({ a: "\ufeffé" })];
  const read: string[][] = [];
  for await (const cells of readCsv(writeCsv(rows))) read.push([...cells]);
  assert.deepEqual(read, [["a"], [""], [' x"\r\n,'], ["\ufeffé"]]);
});
