import assert from "node:assert/strict";
import { homedir } from "node:os";
import { test } from "node:test";
import { dataDirectory } from "./data-directory.ts";

test("the option goes before the environment, and a tilde is the home directory", () => {
  const f = (data: string | undefined, env: string | undefined, expected: string) =>
    assert.equal(dataDirectory({ data }, { NEPHOSCOPE_DATA: env }), expected);
  f("/a", "/b", "/a");
  f(undefined, "/b/", "/b");
  f("~/there", undefined, `${homedir()}/there`);
  f("~", undefined, homedir());
  f("/~/there", undefined, "/~/there");
  f(undefined, "", `${homedir()}/.nephoscope`);
  f(undefined, undefined, `${homedir()}/.nephoscope`);
});
