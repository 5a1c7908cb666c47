import assert from "node:assert/strict";
import { test } from "node:test";
import type { Scope } from "./expression.ts";
import { differences } from "./match.ts";
import type { Value } from "./value.ts";

const scopeOf = (): Scope => new Map<string, Value>([["name", "a.b"]]);

test("answers that match", () => {
  const f = (expected: Value, actual: Value | undefined): void =>
    assert.deepEqual(differences(expected, actual, scopeOf()), []);
  f({ a: 1 }, { a: 1, b: 2 });
  f([1, "two", null, true], [1, "two", null, true]);
  f("<any>", null);
  f("<string>", "");
  f("<number>", 0);
  f("<boolean>", false);
  f("<uuid>", "c920ec13-6c8b-13ca-813e-22e1609111c8");
  f("<recent>", Date.now());
  f("<absent>", undefined);
  f({ a: "<absent>" }, {});
  f("/^a+$/", "aaa");
  f("/^${name}$/", "a.b");
  f("<X>", "<X>");
  f({ $is: "<string>" }, "<string>");
  f({ $contains: [2, 1] }, [1, 2, 3]);
  f({ $unordered: [{ a: 2 }, { a: 1 }] }, [{ a: 1 }, { a: 2 }]);
  f({ $length: 2 }, [1, 2]);
  f({ $each: "<number>" }, [1, 2]);
  f({ $exact: { a: "<any>" } }, { a: 1 });
  f({ $not: "x" }, "y");
  f({ $atLeast: 1, $atMost: 3 }, 2);
  f({ "${name}": 1 }, { "a.b": 1 });
  f({ a: { $absentOr: [] } }, {});
});

test("answers that do not match", () => {
  const f = (expected: Value, actual: Value | undefined): void =>
    assert.notDeepEqual(differences(expected, actual, scopeOf()), [], `${JSON.stringify(expected)} matched`);
  f({ a: 1 }, {});
  f({ a: 1 }, { a: "1" });
  f([1], [1, 2]);
  f([1, 2], [2, 1]);
  f("<string>", 1);
  f("<number>", "1");
  f("<uuid>", "c920ec13");
  f("<recent>", 0);
  f("<absent>", null);
  f("<sting>", "x");
  f("/^${name}$/", "axb");
  f({ $contains: [1, 1] }, [1, 2]);
  f({ $unordered: [1, 2] }, [1, 2, 3]);
  f({ $length: 2 }, [1]);
  f({ $each: "<number>" }, [1, "2"]);
  f({ $exact: { a: 1 } }, { a: 1, b: 2 });
  f({ $not: "<any>" }, 1);
  f({ $atLeast: 2 }, 1);
  f({ $contians: [1] }, [1]);
  f({ toString: "<any>" }, {});
});

test("a difference names its path", () => {
  assert.deepEqual(differences({ list: [{ a: 1 }] }, { list: [{ a: 2 }] }, scopeOf()), [
    "answer.list[0].a: expected 1, found 2",
  ]);
});

test("a capture can be expected later", () => {
  const scope = scopeOf();
  assert.deepEqual(differences({ token: "<capture token <string>>" }, { token: "f/1" }, scope), []);
  assert.deepEqual(differences("${token}", "f/1", scope), []);
  assert.equal(differences("${token}", "f/2", scope).length, 1);
});

test("a capture must be there and of its kind", () => {
  assert.equal(differences({ token: "<capture token>" }, {}, scopeOf()).length, 1);
  assert.equal(differences("<capture token <string>>", 1, scopeOf()).length, 1);
});
