import assert from "node:assert/strict";
import { test } from "node:test";
import { compileMatcher } from "./matcher.ts";
import { parseFilterPattern } from "./parse.ts";

const APACHE = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /apache_pb.gif HTTP/1.0" 200 1534';
const NOT_FOUND = '127.0.0.1 - frank [10/Oct/2000:13:35:22 -0700] "GET /index.html HTTP/1.0" 404 5324';

function f(pattern: string, message: string, expected: boolean): void {
  assert.equal(compileMatcher(parseFilterPattern(pattern)).matches(message), expected, `${pattern} on ${message}`);
}

function extracted(pattern: string, message: string, expected: Record<string, string> | undefined): void {
  assert.deepEqual(compileMatcher(parseFilterPattern(pattern)).extract(message), expected);
}

test("the 404 pattern of the walkthrough", () => {
  f("[host, logName, user, timestamp, request, statusCode=404, size]", NOT_FOUND, true);
  f("[host, logName, user, timestamp, request, statusCode=404, size]", APACHE, false);
});

test("the number of fields must agree unless ... stands for the rest", () => {
  f("[w1=ERROR, w2]", "ERROR message", true);
  f("[w1=ERROR, w2]", "ERROR WARN message", false);
  f("[w1=ERROR, w2]", "ERROR", false);
  f("[w1=ERROR, ...]", "ERROR", true);
  f("[w1=ERROR, ...]", "ERROR a b c", true);
  f("[..., status_code=404, bytes]", NOT_FOUND, true);
  f("[ip, user, ..., bytes > 2000]", NOT_FOUND, true);
  f("[ip, user, ..., bytes > 2000]", "1.1.1.1 3000", false);
});

test("extra fields are allowed when asked for", () => {
  const matcher = compileMatcher(parseFilterPattern("[w1=ERROR, w2]"), { allowExtraFields: true });
  assert.deepEqual(matcher.extract("ERROR a b"), { $w1: "ERROR", $w2: "a", $3: "b" });
});

test("conditions compare a whole field; a regular expression searches it", () => {
  f("[w1=ERROR, w2]", "ERRORS message", false);
  f("[w1=%ERR%, w2]", "ERRORS message", true);
  f("[w1!=ERROR && w1!=WARNING, w2]", "INFO message", true);
  f("[w1!=ERROR && w1!=WARNING, w2]", "WARNING message", false);
  f("[..., status_code = 404 || status_code = 410, bytes]", NOT_FOUND, true);
  f("[..., request=*.html*, status_code=4*,]", NOT_FOUND, true);
  f("[..., request=*.html*, status_code=4*,]", APACHE, false);
  f(
    '[v, a, i, s, d, sp, dp, protocol="6", ..., action="REJECT", log]',
    "2 1 eni 1.1 2.2 3 4 6 1 40 5 6 REJECT OK",
    true,
  );
});

test("numeric conditions need a numeric field", () => {
  f("[a, n > 5]", "x 6", true);
  f("[a, n > 5]", "x 6.5", true);
  f("[a, n > 5]", "x six", false);
  f("[a, n != 5]", "x six", true);
  f("[a, n = 5]", "x 5.0", true);
  f("[a, n = 404]", "x 403.99999999999999999999", false);
  f("[a, n = 1000]", "x 1e3", false);
});

test("values are extracted by name, or by position for fields without one", () => {
  extracted("[]", APACHE, {
    $1: "127.0.0.1",
    $2: "-",
    $3: "frank",
    $4: "10/Oct/2000:13:25:15 -0700",
    $5: "GET /apache_pb.gif HTTP/1.0",
    $6: "200",
    $7: "1534",
  });
  extracted("[..., size]", "a b c d e f 7", { $1: "a", $2: "b", $3: "c", $4: "d", $5: "e", $6: "f", $size: "7" });
  extracted("[..., request=*.html*, status_code=4*,]", NOT_FOUND, {
    $1: "127.0.0.1",
    $2: "-",
    $3: "frank",
    $4: "10/Oct/2000:13:35:22 -0700",
    $request: "GET /index.html HTTP/1.0",
    $status_code: "404",
    $7: "5324",
  });
  extracted("[a,,c]", "1 2 3", { $a: "1", $2: "2", $c: "3" });
  extracted("[a]", "1 2", undefined);
});
