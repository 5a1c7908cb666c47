import assert from "node:assert/strict";
import { test } from "node:test";
import { readOpenSearchDomains } from "./open-search-domains.ts";

const f = (text: string, expected: ReturnType<typeof readOpenSearchDomains>) =>
  test(`${text || "nothing"} is ${expected === undefined ? "refused" : `read as ${expected.length} domains`}`, () =>
    assert.deepEqual(readOpenSearchDomains(text), expected));
const plain = { name: "search", url: "http://10.0.0.1:9200", authorization: undefined };

f("", []);
f("search=http://10.0.0.1:9200/", [plain]);
f("search=http://10.0.0.1:9200, other=https://ann:p%40ss%2C@example.org/prefix/", [
  plain,
  { name: "other", url: "https://example.org/prefix", authorization: "Basic YW5uOnBAc3Ms" },
]);
f("search", undefined);
f("search=ftp://example.org", undefined);
f("search=nonsense", undefined);
f("Search=https://example.org", undefined);
f("search=https://example.org,search=https://example.com", undefined);
f("search=http://ann:secret@example.org", undefined);
f("search=https://example.org/?q=1", undefined);
