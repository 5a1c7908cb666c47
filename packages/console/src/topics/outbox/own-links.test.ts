import assert from "node:assert/strict";
import { test } from "node:test";
import { mailPieces } from "./own-links.ts";

const HERE = "http://127.0.0.1:4580";

test("links to this server's own pages are links, everything else is text", () => {
  const confirm = `${HERE}/confirmation.html?Token=1&TopicArn=a`;
  assert.deepEqual(mailPieces(`Open:\n${confirm}\nor not.`, HERE), [
    { text: "Open:\n", at: 0, link: false },
    { text: confirm, at: 6, link: true },
    { text: "\nor not.", at: 6 + confirm.length, link: false },
  ]);
  for (const text of [
    "http://evil.example/confirmation.html?x",
    `${HERE}.evil.example/confirmation.html?x`,
    `${HERE}/#/logs/groups`,
    "javascript:alert(1)",
  ]) {
    assert.deepEqual(mailPieces(text, HERE), [{ text, at: 0, link: false }]);
  }
  assert.deepEqual(mailPieces("", HERE), []);
});
