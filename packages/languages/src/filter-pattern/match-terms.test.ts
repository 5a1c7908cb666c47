import assert from "node:assert/strict";
import { test } from "node:test";
import { compileMatcher } from "./matcher.ts";
import { parseFilterPattern } from "./parse.ts";

function f(pattern: string, message: string, expected: boolean): void {
  assert.equal(compileMatcher(parseFilterPattern(pattern)).matches(message), expected, `${pattern} on ${message}`);
}

test("an empty or blank pattern matches every event", () => {
  for (const pattern of ["", " ", '""', '" "', ' "" ']) {
    f(pattern, "anything", true);
    f(pattern, "x", true);
  }
});

test("a term is found as a substring, case counts", () => {
  f("ERROR", "[ERROR 400] BAD REQUEST", true);
  f("ERROR", "Exiting with ERRORCODE: -1", true);
  f("ERROR", "[error] small", false);
  f("größe_1", "die größe_1 ist", true);
});

test("all terms must occur, in any order", () => {
  f("ERROR ARGUMENTS", "[ERROR 419] MISSING ARGUMENTS", true);
  f("ARGUMENTS  ERROR", "[ERROR 419] MISSING ARGUMENTS", true);
  f("ERROR ARGUMENTS", "[ERROR 401] UNAUTHORIZED REQUEST", false);
});

test("a quoted phrase is exact, blanks and symbols included", () => {
  f('"INTERNAL SERVER ERROR"', "[ERROR 500] INTERNAL SERVER ERROR", true);
  f('"SERVER INTERNAL"', "[ERROR 500] INTERNAL SERVER ERROR", false);
  f('"[ERROR]" Exception', "[ERROR] Caught IllegalArgumentException", true);
  f('"[ERROR]" Exception', "[ERROR] fine", false);
  f('"authentication failure"', "pam_unix(su:auth): authentication failure; logname=", true);
  f('"ERROR Exception"', "Exception then ERROR", false);
});

test("inside quotes a backslash escapes a quote and a backslash", () => {
  f('"say \\"hi\\""', 'say "hi" now', true);
  f('"a\\\\"', "a\\b", true);
  f('"C:\\temp"', "open C:\\temp\\x", true);
});

test("a minus excludes, with or without other terms, also with a blank after it", () => {
  f("ERROR -ARGUMENTS", "[ERROR 400] BAD REQUEST", true);
  f("ERROR -ARGUMENTS", "[ERROR 419] MISSING ARGUMENTS", false);
  f('"ERROR" - "Exiting"', "ERROR and Exiting", false);
  f('"ERROR" - "Exiting"', "ERROR alone", true);
  f("-INFO", "WARN x", true);
  f("-INFO", "INFO x", false);
});

test("question marks make alternatives", () => {
  f("?ERROR ?ARGUMENTS", "[ERROR 400] BAD REQUEST", true);
  f("?ERROR ?ARGUMENTS", "MISSING ARGUMENTS", true);
  f('?ERROR ?"NO ARGS"', "NO ARGS given", true);
  f("?ERROR ?ARGUMENTS", "OK", false);
});

test("alternatives are ignored beside other terms", () => {
  f("?ERROR ?ARGUMENTS REQUEST", "BAD REQUEST", true);
  f("?ERROR ?ARGUMENTS REQUEST", "ERROR ARGUMENTS", false);
  f("?ERROR -REQUEST", "fine", true);
});

test("a regular expression is searched anywhere unless anchored", () => {
  f("%AUTHORIZED%", "[ERROR 401] UNAUTHORIZED REQUEST", true);
  f("%^starting|^initializing|^shutting down%", "shutting down now", true);
  f("%^starting|^initializing|^shutting down%", "not starting", false);
  f("%gra|ey%", "grey", true);
  f("%colou?r%", "color", true);
  f("%10\\.10\\.0\\.1%", "10x10.0.1", false);
  f("%[0-9]{3,}%", "12", false);
  f("%^a{,2}b$%", "aab", true);
  f("%^a{,2}b$%", "aaab", false);
  f("%\\x21$%", "wow!", true);
  f("%a$%", "a\n", false);
  f("ERROR %\\d+ms%", "ERROR after 12ms", true);
});

test("terms extract nothing", () => {
  const matcher = compileMatcher(parseFilterPattern("ERROR"));
  assert.deepEqual(matcher.extract("an ERROR"), {});
  assert.equal(matcher.extract("fine"), undefined);
});
