import assert from "node:assert/strict";
import { test } from "node:test";
import { discoverFields } from "./discover.ts";

const f = (message: string, expected: Record<string, string>) =>
  assert.deepEqual({ ...discoverFields(message) }, expected);

test("JSON is flattened by dots and positions", () => {
  f('{"a":{"b":[1,{"c":"x"}]},"t":true,"n":null,"@x":5,"s":"{\\"deep\\":1}"}', {
    "a.b.0": "1",
    "a.b.1.c": "x",
    t: "true",
    "@@x": "5",
    s: '{"deep":1}',
  });
  f("{broken", {});
  f("[1,2]", {});
});

test("an object with a member named like a prototype has a field of that name", () => {
  f('{"__proto__":{"admin":1}}', { "__proto__.admin": "1" });
});

test("a flow record has its fields, also one without data", () => {
  const fields = discoverFields(
    "2 123456789010 eni-abc123de 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK",
  );
  assert.deepEqual(
    [fields.srcAddr, fields.dstPort, fields.bytes, fields.action, fields.logStatus],
    ["172.31.16.139", "22", "4249", "ACCEPT", "OK"],
  );
  assert.equal(discoverFields("2 1 eni-1 - - - - - - - 1431280876 1431280934 - NODATA").logStatus, "NODATA");
  f("2 is not a flow record OK", {});
});

test("a function's REPORT line has its numbers", () => {
  f("REPORT RequestId: 8f507cfc-xmpl-4697-b07a-ac58fc914c95\tDuration: 1 ms", {});
  f(
    "REPORT RequestId: 8f507cfc-aaaa-4697-b07a-ac58fc914c95\tDuration: 71.59 ms\tBilled Duration: 100 ms\tMemory Size: 512 MB\tMax Memory Used: 90 MB",
    {
      "@requestId": "8f507cfc-aaaa-4697-b07a-ac58fc914c95",
      "@type": "REPORT",
      "@duration": "71.59",
      "@billedDuration": "100",
      "@memorySize": "512000000",
      "@maxMemoryUsed": "90000000",
    },
  );
});

test("a function's log line has the fields of the JSON in it", () => {
  const id = "8f507cfc-aaaa-4697-b07a-ac58fc914c95";
  f(`2026-01-01T00:00:00.000Z\t${id}\tINFO\torder {"a":{"b":1}} done`, { "@requestId": id, "a.b": "1" });
  f(`[ERROR]\t2026-01-01T00:00:00.000Z\t${id}\t{"c":"x"}`, { "@requestId": id, c: "x" });
  f(`2026-01-01T00:00:00.000Z\t${id}\tINFO\t{broken}`, { "@requestId": id });
  f('plain text {"a":1}', {});
});

test("an event shows at most 200 fields", () => {
  const wide = JSON.stringify(Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`k${i}`, i])));
  assert.equal(Object.keys(discoverFields(wide)).length, 200);
});
