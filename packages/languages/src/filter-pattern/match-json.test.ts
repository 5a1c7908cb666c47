import assert from "node:assert/strict";
import { test } from "node:test";
import { compileSelector } from "./match-json.ts";
import { compileMatcher } from "./matcher.ts";
import { parseFilterPattern } from "./parse.ts";

const DOCUMENT = {
  user: { id: 1, email: "John.Stiles@example.com" },
  users: [
    { id: 2, email: "John.Doe@example.com" },
    { id: 3, email: "Jane.Doe@example.com" },
  ],
  actions: ["GET", "PUT", "DELETE"],
  coordinates: [
    [0, 1, 2],
    [4, 5, 6],
    [7, 8, 9],
  ],
};

function f(pattern: string, event: unknown, expected: boolean): void {
  const message = typeof event === "string" ? event : JSON.stringify(event);
  assert.equal(compileMatcher(parseFilterPattern(pattern)).matches(message), expected, `${pattern} on ${message}`);
}

test("the official truth table of compound conditions", () => {
  f('{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }', DOCUMENT, true);
  f('{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }', DOCUMENT, false);
  f(
    '{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch" && $.actions[2] = "nonmatch" }',
    DOCUMENT,
    true,
  );
  f(
    '{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch") && $.actions[2] = "nonmatch" }',
    DOCUMENT,
    false,
  );
});

test("selectors reach keys, indexes and odd keys", () => {
  f("{ $.coordinates[1][2] = 6 }", DOCUMENT, true);
  f("{ $.coordinates[1][3] = 6 }", DOCUMENT, false);
  f("{ $.['cluster.name'] = \"c\" }", { "cluster.name": "c" }, true);
  f("{ $['a b'].c-d_e = 1 }", { "a b": { "c-d_e": 1 } }, true);
  f('{ $.__proto__ = "x" }', '{"__proto__":"x"}', true);
  f("{ $.toString NOT EXISTS }", {}, true);
});

test("a wildcard selector holds if any candidate does", () => {
  f('{ $.actions[*] = "PUT" }', DOCUMENT, true);
  f('{ $.actions[*] = "POST" }', DOCUMENT, false);
  f("{ $.users[*].id = 3 }", DOCUMENT, true);
  f('{ $.user.* = "John*" }', DOCUMENT, true);
  f('{ $.actions[*] != "PUT" }', DOCUMENT, true);
  f("{ $.nothing[*] NOT EXISTS }", DOCUMENT, true);
});

test("texts compare as a whole, case counts, stars only at the ends", () => {
  f('{ $.t = "UpdateTrail" }', { t: "UpdateTrail" }, true);
  f('{ $.t = "UpdateTrail" }', { t: "updatetrail" }, false);
  f("{ $.t = Update }", { t: "UpdateTrail" }, false);
  f("{ $.t = Update* }", { t: "UpdateTrail" }, true);
  f("{ $.t = *Trail }", { t: "UpdateTrail" }, true);
  f('{ $.t = "*eTr*" }', { t: "UpdateTrail" }, true);
  f("{ $.t = Ev*ent }", { t: "Ev*ent" }, true);
  f("{ $.t = Ev*ent }", { t: "Evxent" }, false);
  f("{ $.ip = 123.123.* }", { ip: "123.123.4.5" }, true);
  f("{ $.ip != 123.123.* }", { ip: "10.0.0.1" }, true);
  f('{ $.t = "" }', { t: "" }, true);
});

test("a lone star means present with any scalar value", () => {
  for (const latency of [1, "x", "", false]) f("{ $.latency = * }", { latency }, true);
  for (const latency of [null, {}, []]) f('{ $.latency = "*" }', { latency }, false);
  f("{ $.latency = * }", {}, false);
});

test("numbers compare as numbers", () => {
  for (const text of ["50", "+50", "50.0", "5e+1", "500e-1"]) f(`{ $.n = ${text} }`, { n: 50 }, true);
  f("{ $.n = 50 }", { n: "50" }, true);
  f("{ $.n = 50 }", '{"n":5e1}', true);
  f("{ $.n = -1 }", { n: -1 }, true);
  f("{ $.n > 50 }", { n: 50.5 }, true);
  f("{ $.n > 50 }", { n: "fast" }, false);
  f("{ $.n <= 1e+3 }", { n: 1000 }, true);
  f("{ $.n < 10e-3 }", { n: 0.01 }, false);
  f("{ $.n >= +1000 }", { n: 999 }, false);
  f("{ $.n != 50 }", { n: 51 }, true);
  f("{ $.n != 50 }", { n: "fast" }, true);
});

test("a number compares as text with a star or in quotes", () => {
  f("{ $.status = 4* }", { status: 404 }, true);
  f("{ $.status = 4* }", { status: 200 }, false);
  f('{ $.code = "400" }', { code: 400 }, true);
});

test("integers beyond 2^53 keep their digits", () => {
  f("{ $.id = 9007199254740993 }", '{"id":9007199254740993}', true);
  f("{ $.id = 9007199254740993 }", '{"id":9007199254740992}', false);
  f('{ $.id = "9007199254740993" }', '{"id": 9007199254740993}', true);
});

test("booleans, null and absence have tests of their own", () => {
  f("{ $.a IS TRUE }", { a: true }, true);
  f("{ $.a IS TRUE }", { a: "true" }, false);
  f("{ $.a IS FALSE }", { a: false }, true);
  f("{ $.a IS FALSE }", { a: 0 }, false);
  f("{ $.a IS NULL }", { a: null }, true);
  f("{ $.a IS NULL }", {}, false);
  f("{ $.a NOT EXISTS }", {}, true);
  f("{ $.a NOT EXISTS }", { a: null }, false);
  f("{ $.a.b NOT EXISTS }", { a: 1 }, true);
});

test("an array or object never matches a comparison, not even !=", () => {
  f('{ $.a != "x" }', { a: ["y"] }, false);
  f('{ $.a != "x" }', { a: { b: 1 } }, false);
  f('{ $.a = "*" }', { a: ["y"] }, false);
});

test("a missing field matches neither = nor !=, null matches !=", () => {
  f('{ $.a = "x" }', {}, false);
  f('{ $.a != "x" }', {}, false);
  f('{ $.a != "x" }', { a: null }, true);
});

test("a regular expression searches the field's value", () => {
  f("{ $.eventName = %^Run|Terminate% }", { eventName: "TerminateInstances" }, true);
  f("{ $.eventName = %^Run% }", { eventName: "DryRun" }, false);
  f("{ $.eventName != %^Run% }", { eventName: "DryRun" }, true);
  f("{ $.status = %^4[0-9]{2}$% }", { status: 404 }, true);
});

test("the event as a whole must be a JSON object", () => {
  f("{ $.a NOT EXISTS }", "not json", false);
  f("{ $.a NOT EXISTS }", "[1]", false);
  f("{ $.a NOT EXISTS }", '2026-01-01 {"b":1}', false);
  f("{ $.a NOT EXISTS }", ' {"b":1}\n', true);
  f("{ $.a NOT EXISTS }", "[".repeat(100_000), false);
});

test("patterns from the CloudTrail walkthroughs", () => {
  const root = { userIdentity: { type: "Root" }, eventType: "AwsConsoleSignIn" };
  f(
    '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }',
    root,
    true,
  );
  f(
    '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }',
    { errorCode: "Client.UnauthorizedOperation" },
    true,
  );
  f("{($.eventName=CreateNetworkAcl)||($.eventName=DeleteNetworkAcl)}", { eventName: "DeleteNetworkAcl" }, true);
});

test("the scalars of the selectors are extracted by selector text", () => {
  const matcher = compileMatcher(
    parseFilterPattern("{ $.latency > 5 && ($.user.id = 1 || $.gone = 1) && $.tags[*] = b }"),
  );
  const event = { latency: 12.5, user: { id: 1 }, tags: ["a", "b"] };
  assert.deepEqual(matcher.extract(JSON.stringify(event)), { "$.latency": "12.5", "$.user.id": "1", "$.tags[*]": "a" });
  assert.equal(matcher.extract(JSON.stringify({ ...event, latency: 1 })), undefined);
});

test("a selector alone reads a value", () => {
  const read = compileSelector("$.user.id");
  assert.equal(read('{"user":{"id":12345678901234567890}}'), "12345678901234567890");
  assert.equal(read('{"user":{}}'), undefined);
  assert.equal(read("text"), undefined);
});
