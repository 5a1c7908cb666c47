import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { stringChecks } from "../codec/constraints.ts";
import { extract } from "./extract/extract.ts";
import { implemented, type ServiceName } from "./implemented.ts";
import { loadModel, modelFromSnapshot, readSnapshot } from "./load.ts";

const require = createRequire(import.meta.url);
const names = Object.keys(implemented) as ServiceName[];

for (const name of names) {
  test(`the snapshot of ${name} has every implemented operation, and no other`, () => {
    assert.deepEqual([...loadModel(name).operations.keys()].sort(), [...implemented[name]].sort());
  });

  test(`the snapshot of ${name} was made from the installed client`, () => {
    const { version } = JSON.parse(readFileSync(require.resolve(`@aws-sdk/client-${name}/package.json`), "utf8"));
    assert.equal(readSnapshot(name).source.client, `@aws-sdk/client-${name}@${version}`);
  });

  test(`every pattern of ${name} is an expression of JavaScript, and matches no over-long text slowly`, () => {
    for (const [shapeName, shape] of Object.entries(readSnapshot(name).shapes)) {
      if (!("pattern" in shape) || shape.pattern === undefined) continue;
      const checks = stringChecks({
        kind: "string",
        name: shapeName,
        min: shape.min,
        max: shape.max,
        pattern: shape.pattern,
        enum: undefined,
      });
      // Texts at which a pattern that backtracks without end would never return.
      for (const text of ["a".repeat(60_000), "a:".repeat(30_000), "/".repeat(60_000), `${"a-".repeat(30_000)}!`])
        for (const check of checks) check.holds(text);
    }
  });
}

test("the snapshot tells operations that AWS has from those that do not exist", () => {
  const { unsupported } = loadModel("cloudwatch-logs");
  assert.ok(unsupported.has("CreateLogAnomalyDetector"));
  assert.ok(!unsupported.has("PutLogEvents"));
});

test("constraints, kinds of numbers and errors came from botocore", () => {
  const model = loadModel("cloudwatch-logs");
  const members = model.operations.get("DescribeLogGroups")?.input?.members ?? [];
  assert.deepEqual(members.find((member) => member.name === "limit")?.shape, {
    kind: "integer",
    name: "DescribeLimit",
    min: 1,
    max: 50,
    pattern: undefined,
    enum: undefined,
  });
  assert.ok(model.operations.get("PutLogEvents")?.errors.includes("ResourceNotFoundException"));
  assert.deepEqual(model.errors.get("ServiceUnavailableException")?.error, {
    fault: "server",
    status: 500,
  });
});

test("a snapshot that names a shape it does not have is refused", () => {
  const snapshot = structuredClone(readSnapshot("sts"));
  const shapes = Object.fromEntries(
    Object.entries(snapshot.shapes).filter(([name]) => name !== "GetCallerIdentityResponse"),
  );
  assert.throws(() => modelFromSnapshot({ ...snapshot, shapes }), /no shape named GetCallerIdentityResponse/);
});

test("an operation that the client does not have is refused by the generator", () => {
  const sdk = require("@aws-sdk/client-sts");
  assert.throws(
    () =>
      extract({
        name: "sts",
        sdk,
        sdkVersion: "",
        botocore: undefined,
        botocoreVersion: "",
        operations: ["GetCallerIdentitty"],
      }),
    /no operation named GetCallerIdentitty/,
  );
});

test("what botocore does not have is kept and reported", () => {
  const sdk = require("@aws-sdk/client-sts");
  const botocore = {
    metadata: {},
    operations: { GetCallerIdentity: { output: { shape: "Out" } } },
    shapes: { Out: { type: "structure", members: { Arn: { shape: "Arn" } } }, Arn: { type: "string", max: 9 } },
  };
  const { snapshot, unjoined } = extract({
    name: "sts",
    sdk,
    sdkVersion: "",
    botocore,
    botocoreVersion: "",
    operations: ["GetCallerIdentity"],
  });
  assert.deepEqual([...unjoined].sort(), ["GetCallerIdentityResponse.Account", "GetCallerIdentityResponse.UserId"]);
  assert.deepEqual(snapshot.shapes.Arn, { kind: "string", max: 9 });
});
