import assert from "node:assert/strict";
import { test } from "node:test";
import { compileFieldSelection, FieldSelectionError } from "./field-selection.ts";

const here = { "@aws.account": "111122223333", "@aws.region": "eu-west-1" };
const takes = (criteria: string, expected: boolean) => assert.equal(compileFieldSelection(criteria)(here), expected);
const refuses = (criteria: string, message: RegExp, offsets: [number, number]) =>
  assert.throws(
    () => compileFieldSelection(criteria),
    (error: unknown) => {
      assert.ok(error instanceof FieldSelectionError);
      assert.match(error.message, message);
      assert.deepEqual([error.startOffset, error.endOffset], offsets);
      return true;
    },
  );

test("a field is compared as a whole", () => {
  takes('@aws.region = "eu-west-1"', true);
  takes("@aws.region = 'eu-west-1'", true);
  takes('@aws.region = "eu-west"', false);
  takes('@aws.region != "eu-west-1"', false);
  takes('@aws.account != ""', true);
});

test("a list holds any of its texts", () => {
  takes('@aws.account IN ["1", "111122223333"]', true);
  takes('@aws.account in ["1"]', false);
  takes('@aws.account NOT IN ["1"]', true);
  takes('@aws.account not in["111122223333"]', false);
});

test("AND binds closer than OR, and parentheses closer than both", () => {
  takes('@aws.region = "eu-west-1" OR @aws.region = "x" AND @aws.account = "x"', true);
  takes('(@aws.region = "eu-west-1" OR @aws.region = "x") AND @aws.account = "x"', false);
});

test("empty criteria take everything", () => {
  takes("", true);
  takes("  ", true);
});

test("what cannot be read is refused with its place", () => {
  refuses('@aws.zone = "x"', /Expected @aws\.account or @aws\.region/, [0, 9]);
  refuses("@aws.region = eu", /Expected a text in quotes/, [14, 16]);
  refuses('@aws.region = "x', /is not expected/, [14, 15]);
  refuses('@aws.region < "x"', /is not expected/, [12, 13]);
  refuses('@aws.region NOT "x"', /Expected IN/, [16, 19]);
  refuses('@aws.region IN ["x"', /Expected "," or "\]"/, [19, 19]);
  refuses('(@aws.region = "x"', /Expected "\)"/, [18, 18]);
  refuses('@aws.region = "x" @aws.region', /Expected AND, OR/, [18, 29]);
  refuses("@aws.region", /Expected =, !=, IN or NOT IN/, [11, 11]);
});

test("parentheses as deep as the length allows are read", () => {
  const depth = 900;
  takes(`${"(".repeat(depth)}@aws.region = "eu-west-1"${")".repeat(depth)}`, true);
});
