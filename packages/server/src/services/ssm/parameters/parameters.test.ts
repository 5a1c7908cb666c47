import assert from "node:assert/strict";
import { test } from "node:test";
import {
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  LabelParameterVersionCommand,
  PutParameterCommand,
  type PutParameterCommandInput,
} from "@aws-sdk/client-ssm";
import { openHouse } from "../ssm-house.ts";

const put = (Name: string, Value: string, more: Partial<PutParameterCommandInput> = {}) =>
  new PutParameterCommand({ Name, Value, Type: "String", ...more });

test("a SecureString is sealed at rest, and opens for who asks for its text", async (t) => {
  const { ssm, state } = await openHouse(t);
  await ssm.send(put("/db/password", "correct horse", { Type: "SecureString" }));
  const sealed = await ssm.send(new GetParameterCommand({ Name: "/db/password" }));
  assert.notEqual(sealed.Parameter?.Value, "correct horse");
  const open = await ssm.send(new GetParameterCommand({ Name: "/db/password", WithDecryption: true }));
  assert.equal(open.Parameter?.Value, "correct horse");
  const kept = JSON.stringify(
    state.list({ kind: "ssm.parameter-version", account: "123456789012", region: "us-east-1" }),
  );
  assert.ok(!kept.includes("correct horse") && !kept.includes(Buffer.from("correct horse").toString("base64")));
});

test("versions and labels find the values that they were", async (t) => {
  const { ssm } = await openHouse(t);
  for (const value of ["one", "two", "three"]) await ssm.send(put("app", value, { Overwrite: true }));
  await ssm.send(new LabelParameterVersionCommand({ Name: "app", ParameterVersion: 2, Labels: ["stable", "1bad"] }));
  const value = async (Name: string) => (await ssm.send(new GetParameterCommand({ Name }))).Parameter?.Value;
  assert.deepEqual([await value("app"), await value("app:1"), await value("app:stable")], ["three", "one", "two"]);
  assert.equal(await value("arn:aws:ssm:us-east-1:123456789012:parameter/app"), "three");
  await ssm.send(new LabelParameterVersionCommand({ Name: "app", Labels: ["stable"] }));
  assert.equal(await value("app:stable"), "three");
  await assert.rejects(value("app:9"), { name: "ParameterVersionNotFound" });
  await assert.rejects(value("nothing"), { name: "ParameterNotFound" });
  const { Parameters } = await ssm.send(new GetParameterHistoryCommand({ Name: "app" }));
  assert.deepEqual(
    Parameters?.map(({ Version, Value, Labels }) => [Version, Value, Labels]),
    [
      [1, "one", []],
      [2, "two", []],
      [3, "three", ["stable"]],
    ],
  );
});

test("the hundred and first version takes the place of the first, unless that has a label", async (t) => {
  const { ssm } = await openHouse(t);
  for (let i = 0; i < 101; i++) await ssm.send(put("many", String(i), { Overwrite: true }));
  await assert.rejects(ssm.send(new GetParameterCommand({ Name: "many:1" })), { name: "ParameterVersionNotFound" });
  await ssm.send(new LabelParameterVersionCommand({ Name: "many", ParameterVersion: 2, Labels: ["keep"] }));
  await assert.rejects(ssm.send(put("many", "x", { Overwrite: true })), { name: "ParameterMaxVersionLimitExceeded" });
});

test("paths: one level, or all below; pages", async (t) => {
  const { ssm } = await openHouse(t);
  for (const name of ["/a/x", "/a/y", "/a/b/z", "/ab/x", "plain"]) await ssm.send(put(name, name));
  const names = async (Path: string, Recursive = false) =>
    (await ssm.send(new GetParametersByPathCommand({ Path, Recursive }))).Parameters?.map(({ Name }) => Name);
  assert.deepEqual(await names("/a"), ["/a/x", "/a/y"]);
  assert.deepEqual(await names("/a/", true), ["/a/b/z", "/a/x", "/a/y"]);
  assert.deepEqual(await names("/"), ["plain"]);
  const first = await ssm.send(new DescribeParametersCommand({ MaxResults: 3 }));
  const second = await ssm.send(new DescribeParametersCommand({ MaxResults: 3, NextToken: first.NextToken }));
  assert.deepEqual([first.Parameters?.length, second.Parameters?.length, second.NextToken], [3, 2, undefined]);
  const found = await ssm.send(
    new DescribeParametersCommand({ ParameterFilters: [{ Key: "Path", Option: "Recursive", Values: ["/a"] }] }),
  );
  assert.deepEqual(
    found.Parameters?.map(({ Name }) => Name),
    ["/a/b/z", "/a/x", "/a/y"],
  );
});

test("what may not be is refused by AWS's names", async (t) => {
  const { ssm } = await openHouse(t);
  const cases: readonly (readonly [PutParameterCommand, string])[] = [
    [put("aws-x", "x"), "ValidationException"],
    [put("SSM.x", "x"), "ValidationException"],
    [put("/aws/x", "x"), "AccessDeniedException"],
    [put("a/b", "x"), "ValidationException"],
    [put("/a//b", "x"), "ValidationException"],
    [put("/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16", "x"), "HierarchyLevelLimitExceededException"],
    [put("big", "x".repeat(4_097)), "ValidationException"],
    [put("pattern", "abc", { AllowedPattern: "^\\d+$" }), "ParameterPatternMismatchException"],
    [put("pattern", "abc", { AllowedPattern: "(" }), "InvalidAllowedPatternException"],
    [put("key", "x", { Type: "SecureString", KeyId: "alias/none" }), "InvalidKeyId"],
  ];
  for (const [command, name] of cases) await assert.rejects(ssm.send(command), { name }, command.input.Name);
  await ssm.send(put("once", "x"));
  await assert.rejects(ssm.send(put("once", "y")), { name: "ParameterAlreadyExists" });
  await assert.rejects(ssm.send(put("once", "y", { Type: "SecureString", Overwrite: true })), {
    name: "HierarchyTypeMismatchException",
  });
});

test("several at once: what is there, and what is not", async (t) => {
  const { ssm } = await openHouse(t);
  await ssm.send(put("a", "1"));
  const got = await ssm.send(new GetParametersCommand({ Names: ["a", "b"] }));
  assert.deepEqual([got.Parameters?.map(({ Value }) => Value), got.InvalidParameters], [["1"], ["b"]]);
  const gone = await ssm.send(new DeleteParametersCommand({ Names: ["a", "b"] }));
  assert.deepEqual([gone.DeletedParameters, gone.InvalidParameters], [["a"], ["b"]]);
});
