import assert from "node:assert/strict";
import { test } from "node:test";
import { cborFromTree, treeFromCbor } from "./cbor.ts";

/** Examples from RFC 8949, appendix A. */
const example = (hex: string, expected: unknown) =>
  test(`RFC 8949: ${hex}`, () => assert.deepEqual(treeFromCbor(Buffer.from(hex, "hex")), expected));
example("00", 0);
example("17", 23);
example("1818", 24);
example("1903e8", 1000);
example("1a000f4240", 1_000_000);
example("1b000000e8d4a51000", 1_000_000_000_000);
example("1bffffffffffffffff", 18446744073709551615n);
example("c249010000000000000000", 18446744073709551616n);
example("3bffffffffffffffff", -18446744073709551616n);
example("c349010000000000000000", -18446744073709551617n);
example("20", -1);
example("3903e7", -1000);
example("f93c00", 1);
example("f97bff", 65504);
example("f90001", 2 ** -24);
example("f9c400", -4);
example("fa47c35000", 100_000);
example("fb3ff199999999999a", 1.1);
example("f97c00", Number.POSITIVE_INFINITY);
example("f97e00", Number.NaN);
example("f4", false);
example("f6", null);
example("c11a514b67b0", new Date(1_363_896_240_000));
example("c1fb41d452d9ec200000", new Date(1_363_896_240_500));
example("4401020304", Buffer.from([1, 2, 3, 4]));
example("62225c", '"\\');
example("64f0908591", "\u{10151}");
example("83010203", [1, 2, 3]);
example("5f42010243030405ff", Buffer.from([1, 2, 3, 4, 5]));
example("7f657374726561646d696e67ff", "streaming");
example("9f018202039f0405ffff", [1, [2, 3], [4, 5]]);

test("a map's keys have no power", () => {
  const tree = treeFromCbor(oneEntry("__proto__", "f5"));
  assert.equal(Object.getPrototypeOf(tree), null);
  assert.deepEqual(Object.entries(tree as object), [["__proto__", true]]);
});

test("what is written reads back", () => {
  const tree = { a: [1, -2, 1.5, "é", true, null], b: { c: Buffer.from("x") } };
  assert.deepEqual(JSON.stringify(treeFromCbor(cborFromTree(tree))), JSON.stringify(tree));
});

const refused = (name: string, bytes: Uint8Array, message: RegExp) =>
  test(`refused: ${name}`, () => assert.throws(() => treeFromCbor(bytes), { code: "SerializationException", message }));
refused("a list that counts four billion elements", Buffer.from("9affffffff", "hex"), /ends too early/);
refused("a string longer than the body", Buffer.from("7b7fffffffffffffff", "hex"), /ends too early/);
refused("nesting without end", Buffer.alloc(200_000, 0x81), /nests deeper/);
refused("nested tags without end", Buffer.alloc(200_000, 0xc1), /nests deeper/);
refused("bad UTF-8", Buffer.from("62c328", "hex"), /not valid UTF-8/);
refused("a key that is no string", Buffer.from("a10102", "hex"), /key is not a string/);
refused("a break outside of an item", Buffer.from("ff", "hex"), /break/);
refused("bytes after the item", Buffer.from("0000", "hex"), /bytes after/);
refused("a reserved length", Buffer.from("1c", "hex"), /no length/);

function oneEntry(key: string, valueHex: string): Buffer {
  return Buffer.concat([Buffer.from([0xa1, 0x60 + key.length]), Buffer.from(key), Buffer.from(valueHex, "hex")]);
}
