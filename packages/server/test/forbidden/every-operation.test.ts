import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type Call, loadModel, type Operation, type ServiceModel, type ServiceName } from "@nephoscope/wire";
import type { ServiceAccess } from "../../src/platform/access/need.ts";
import { openDirectory } from "../../src/platform/identity/directory.ts";
import { openSqliteState } from "../../src/platform/state/sqlite-state.ts";
import { iamAccess } from "../../src/services/iam/access.ts";
import { kmsAccess } from "../../src/services/kms/declarations.ts";
import { logsAccess } from "../../src/services/logs/access.ts";
import { monitoringAccess } from "../../src/services/monitoring/access.ts";
import { organizationsAccess } from "../../src/services/organizations/access.ts";
import { rdsAccess } from "../../src/services/rds/access.ts";
import { s3Access } from "../../src/services/s3/access.ts";
import { bucketDirectory } from "../../src/services/s3/buckets/bucket-directory.ts";
import { snsAccess } from "../../src/services/sns/access.ts";
import { sqsAccess } from "../../src/services/sqs/access.ts";
import { stsAccess } from "../../src/services/sts/access.ts";

const ACCOUNT = "123456789012";
const ROUNDS = Number(process.env.NEPHOSCOPE_FORBIDDEN ?? 400) / 10;

/** Numbers from 0 to below 1, the same for the same seed. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

type Shape = NonNullable<Operation["input"]>["members"][number]["shape"];

const TEXTS = [
  "a",
  "*",
  "a/b",
  "../a",
  "",
  "arn:aws:logs:us-east-1:123456789012:log-group:g:*",
  "arn:aws:x:::y",
  "é",
  "a:b",
];

/** Some value of a shape: required members are there, others now and then. */
function someValue(shape: Shape, random: () => number, depth = 0): unknown {
  const some = <T>(make: () => T): T[] => Array.from({ length: Math.floor(random() * 3) }, make);
  switch (shape.kind) {
    case "structure":
      return Object.fromEntries(
        shape.members
          .filter(({ required }) => required || (depth < 5 && random() < 0.4))
          .map((member) => [member.name, someValue(member.shape, random, depth + 1)]),
      );
    case "list":
      return some(() => someValue(shape.member.shape, random, depth + 1));
    case "map":
      return Object.fromEntries(some(() => [`k${random()}`, someValue(shape.value.shape, random, depth + 1)]));
    case "string":
      return TEXTS[Math.floor(random() * TEXTS.length)] ?? "";
    case "boolean":
      return random() < 0.5;
    case "timestamp":
      return new Date(0);
    case "blob":
      return Buffer.from("x");
    case "document":
      return {};
    default:
      return Math.floor(random() * 100);
  }
}

const callOf = (model: ServiceModel, operation: string): Call => ({
  requestId: "r",
  service: model.name,
  operation,
  protocol: "awsJson1_1",
  account: ACCOUNT,
  region: "us-east-1",
  principal: { type: "IAMUser", arn: `arn:aws:iam::${ACCOUNT}:user/a`, principalId: "AIDAA", userName: "a" },
  accessKeyId: "AKIA",
  sourceIp: "127.0.0.1",
  userAgent: "",
  signal: new AbortController().signal,
  receivedAt: new Date(0),
  invocationId: undefined,
  attempt: 1,
  bodySha256: "",
  error: (_name: string, message: string) => new Error(message),
});

test("whatever an operation is called with, it needs something that policies can name", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "nephoscope-needs-"));
  const state = openSqliteState(join(folder, "state.db"), Date.now);
  t.after(() => {
    state.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const tables: readonly (readonly [ServiceName, prefixes: RegExp, ServiceAccess])[] = [
    ["cloudwatch", /^cloudwatch:/, monitoringAccess({ state })],
    ["cloudwatch-logs", /^(logs|iam):/, logsAccess({ state })],
    ["iam", /^iam:/, iamAccess({ directory: openDirectory(state) })],
    ["kms", /^kms:/, kmsAccess()],
    ["organizations", /^organizations:/, organizationsAccess({ managementAccount: ACCOUNT })],
    ["rds", /^rds:/, rdsAccess({ state })],
    ["s3", /^s3:/, s3Access({ buckets: bucketDirectory(state) })],
    ["sns", /^SNS:/, snsAccess({ state })],
    ["sqs", /^sqs:/, sqsAccess({ state })],
    ["sts", /^sts:/, stsAccess()],
  ];
  const random = randomNumbers(7);
  let asked = 0;
  for (const [name, prefixes, access] of tables) {
    const model = loadModel(name);
    for (const operation of access.operations) {
      const shape = model.operations.get(operation)?.input;
      assert.ok(model.operations.has(operation), `${name}:${operation} is in the model`);
      for (let round = 0; round < ROUNDS; round++) {
        const input = shape === undefined ? {} : someValue(shape, random);
        const said = `${name}:${operation} ${JSON.stringify(input)}`;
        const needs = access.needs(operation, input, callOf(model, operation));
        if (needs === undefined) continue;
        assert.ok(needs.length > 0, said);
        for (const { action, resource, also } of needs) {
          assert.match(action, prefixes, said);
          assert.match(action, /^[A-Za-z0-9]+:[A-Za-z0-9]+$/, said);
          assert.equal(typeof resource, "string", said);
          access.resource?.(resource, callOf(model, operation));
          if (also !== undefined) assert.notEqual(also, resource, said);
          asked++;
        }
      }
    }
  }
  assert.ok(asked > 1_000, String(asked));
});
