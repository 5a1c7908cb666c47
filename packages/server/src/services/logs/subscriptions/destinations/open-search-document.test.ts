import assert from "node:assert/strict";
import { test } from "node:test";
import { compileSubscription } from "../compile-subscription.ts";
import { documentOf, indexOf } from "./open-search-document.ts";

const payload = {
  messageType: "DATA_MESSAGE",
  owner: "111122223333",
  logGroup: "g",
  logStream: "s",
  subscriptionFilters: ["f"],
  logEvents: [],
} as const;
const about = {
  "@id": "1",
  "@timestamp": "2026-11-21T23:59:59.999Z",
  "@owner": "111122223333",
  "@log_group": "g",
  "@log_stream": "s",
};
const timestamp = Date.parse("2026-11-21T23:59:59.999Z");

/** What becomes of a message that a filter of this pattern takes. */
function f(name: string, filterPattern: string, message: string, expected: object) {
  test(name, () => {
    const found = compileSubscription({ filterPattern }, { account: "1", region: "r" }).match(message);
    assert.ok(found !== undefined, "the pattern does not match");
    const { extractedFields } = found;
    const event = { id: "1", timestamp, message, ...(extractedFields && { extractedFields }) };
    assert.deepEqual(documentOf(event, payload), { ...expected, ...about, "@message": message });
  });
}

f("JSON becomes the document", "", '{"level":"warn","n":1,"deep":{"a":[1]}}', {
  level: "warn",
  n: 1,
  deep: { a: [1] },
});
f("JSON behind a text is found", "", 'INFO x {"n":1}', { n: 1 });
f("text stays text", "ERROR", "ERROR {not json", {});
f("what the event itself is can't be taken over", "", '{"@id":"x","@owner":"y"}', {});
f(
  "Common Log Format",
  "[host, ident, authuser, date, request, status, bytes]",
  '127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326',
  {
    host: "127.0.0.1",
    ident: "-",
    authuser: "frank",
    date: "10/Oct/2000:13:55:36 -0700",
    request: "GET /apache_pb.gif HTTP/1.0",
    status: 200,
    bytes: 2326,
  },
);
f(
  "VPC flow logs",
  "[version, account_id, interface_id, srcaddr, dstaddr, srcport, dstport, protocol, packets, bytes, start, end, action, log_status]",
  "2 123456789010 eni-1235b8ca 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK",
  {
    version: 2,
    account_id: 123456789010,
    interface_id: "eni-1235b8ca",
    srcaddr: "172.31.16.139",
    dstaddr: "172.31.16.21",
    srcport: 20641,
    dstport: 22,
    protocol: 6,
    packets: 20,
    bytes: 4249,
    start: 1418530010,
    end: 1418530070,
    action: "ACCEPT",
    log_status: "OK",
  },
);
f("Lambda", '[timestamp=*Z, request_id="*-*", event]', '2026-11-21T10:00:00.000Z 4a-b {"a":1}', {
  timestamp: "2026-11-21T10:00:00.000Z",
  request_id: "4a-b",
  $event: { a: 1 },
  event: '{"a":1}',
});

test("an index holds the events of one day in UTC", () => {
  assert.equal(indexOf(timestamp), "cwl-2026.11.21");
  assert.equal(indexOf(timestamp + 1), "cwl-2026.11.22");
});
