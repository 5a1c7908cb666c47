import assert from "node:assert/strict";
import { test } from "node:test";
import { allPages } from "./all-pages.ts";

const pages: Record<string, { items: readonly number[]; next: string | undefined }> = {
  first: { items: [1, 2], next: "b" },
  b: { items: [], next: "c" },
  c: { items: [3], next: "" },
};
const ask = async (token: string | undefined) => pages[token ?? "first"] ?? assert.fail(`no page ${token}`);

test("pages are read to the end, also over empty ones", async () => {
  assert.deepEqual(await allPages(ask), { items: [1, 2, 3], more: false });
});

test("at the bound the reading ends, and says that there is more", async () => {
  assert.deepEqual(await allPages(ask, 2), { items: [1, 2], more: true });
});
