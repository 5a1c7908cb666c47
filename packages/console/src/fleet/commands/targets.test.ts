import assert from "node:assert/strict";
import { test } from "node:test";
import { meantHosts, sendTargets, type Targets, targetsFault } from "./targets.ts";

const tag = (text: string) => ({ key: text.split("=")[0] ?? "", value: text.split("=")[1] ?? "" });
const byTags = (...texts: string[]): Targets => ({ by: "tags", tags: texts.map(tag) });
const hosts = [
  { id: "mi-1", tags: [tag("Role=web"), tag("Stage=prod")] },
  { id: "mi-2", tags: [tag("Role=db"), tag("Stage=prod")] },
  { id: "mi-3", tags: [] },
];
const meant = (targets: Targets, expected: readonly string[]) =>
  assert.deepEqual(
    meantHosts(targets, hosts).map(({ id }) => id),
    expected,
  );

test("a host must have every key, with one of its values", () => {
  meant(byTags("Stage=prod"), ["mi-1", "mi-2"]);
  meant(byTags("Stage=prod", "Role=web"), ["mi-1"]);
  meant(byTags("Role=web", "Role=db"), ["mi-1", "mi-2"]);
  meant(byTags("Role=cache"), []);
  meant(byTags(), []);
  meant({ by: "hosts", ids: ["mi-3"] }, ["mi-3"]);
});

test("targets are sent as SendCommand takes them", () => {
  assert.deepEqual(sendTargets(byTags("Role=web", "Role=db", "Stage=prod")), {
    Targets: [
      { Key: "tag:Role", Values: ["web", "db"] },
      { Key: "tag:Stage", Values: ["prod"] },
    ],
  });
  assert.deepEqual(sendTargets({ by: "hosts", ids: ["mi-1"] }), { InstanceIds: ["mi-1"] });
});

test("faults of targets are told", () => {
  assert.equal(targetsFault(byTags()), "Add a tag.");
  assert.equal(targetsFault(byTags("=x")), "A tag needs a key.");
  assert.equal(targetsFault(byTags("a=1", "b=1", "c=1", "d=1", "e=1", "f=1")), "At most 5 keys.");
  assert.equal(targetsFault({ by: "hosts", ids: [] }), "Choose a host.");
  assert.equal(targetsFault({ by: "hosts", ids: ["mi-1"] }), undefined);
});
