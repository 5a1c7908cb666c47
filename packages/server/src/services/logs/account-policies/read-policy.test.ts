import assert from "node:assert/strict";
import { test } from "node:test";
import { PolicyRefused, readSubscriptionPolicy } from "./read-policy.ts";

const good = { DestinationArn: "arn:aws:sqs:eu-west-1:111122223333:q", FilterPattern: "" };
const read = (document: object, criteria?: string) => readSubscriptionPolicy(JSON.stringify(document), criteria);

test("a policy is read with what it leaves out", () => {
  assert.deepEqual(read({ ...good, Distribution: "Random", EmitSystemFields: ["@aws.region"] }), {
    destinationArn: good.DestinationArn,
    filterPattern: "",
    distribution: "Random",
    emitSystemFields: ["@aws.region"],
    excluded: [],
  });
  assert.deepEqual(read(good, ' LogGroupName NOT IN ["a", "/b/c"] ').excluded, ["a", "/b/c"]);
  assert.deepEqual(read(good, "").excluded, []);
});

const refused = (name: string, message: RegExp, document: string, criteria?: string) =>
  test(`${name} is refused`, () =>
    assert.throws(
      () => readSubscriptionPolicy(document, criteria),
      (error: unknown) => error instanceof PolicyRefused && message.test(error.message),
    ));
const text = JSON.stringify(good);
refused("what is no JSON", /must be a JSON object/, "x");
refused("a list", /must be a JSON object/, "[]");
refused("a policy without a destination", /DestinationArn/, '{"FilterPattern":""}');
refused("a policy without a pattern", /FilterPattern/, '{"DestinationArn":"a"}');
refused("a member that means nothing", /no member Destination\./, JSON.stringify({ ...good, Destination: "x" }));
refused("a number for a text", /RoleArn must be a text/, JSON.stringify({ ...good, RoleArn: 1 }));
refused("another distribution", /ByLogStream or Random/, JSON.stringify({ ...good, Distribution: "x" }));
refused("system fields that are no list", /list of texts/, JSON.stringify({ ...good, EmitSystemFields: "x" }));
refused("criteria of another kind", /LogGroupName NOT IN/, text, 'LogGroupName IN ["a"]');
refused("criteria with a broken list", /LogGroupName NOT IN/, text, "LogGroupName NOT IN [a]");
refused("criteria that are too long", /25600 bytes/, text, `LogGroupName NOT IN ["${"a".repeat(26_000)}"]`);
