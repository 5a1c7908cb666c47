import assert from "node:assert/strict";
import { test } from "node:test";
import { clientModel } from "../model/models.harness.ts";
import type { StructureShape } from "../model/shape.ts";
import { treeFromForm } from "./form-tree.ts";

const inputOf = (service: string, operation: string): StructureShape =>
  clientModel(service, [operation]).operations.get(operation)?.input ?? assert.fail("no input");

const sns = inputOf("sns", "CreateTopic");
const sqs = inputOf("sqs", "SendMessage");
const ec2 = inputOf("ec2", "DescribeInstances");

const read = (shape: StructureShape, form: string, isEc2 = false) =>
  JSON.parse(JSON.stringify(treeFromForm(shape, new URLSearchParams(form), isEc2)));

test("lists and maps are read from their dotted keys", () => {
  assert.deepEqual(
    read(
      sns,
      "Action=CreateTopic&Name=t&Tags.member.1.Key=k&Tags.member.1.Value=v&Attributes.entry.1.key=DisplayName&Attributes.entry.1.value=a+b%26",
    ),
    {
      Name: "t",
      Tags: [{ Key: "k", Value: "v" }],
      Attributes: { DisplayName: "a b&" },
    },
  );
});

test("indices order elements and size nothing", () => {
  assert.deepEqual(
    read(sns, "Tags.member.999999999.Key=c&Tags.member.10.Key=b&Tags.member.2.Key=a&Tags.member.x.Key=no").Tags,
    [{ Key: "a" }, { Key: "b" }, { Key: "c" }],
  );
});

test("flattened maps have the old names of SQS", () => {
  assert.deepEqual(
    read(
      sqs,
      "MessageAttribute.1.Name=n&MessageAttribute.1.Value.DataType=String&MessageAttribute.1.Value.StringValue=v",
    ).MessageAttributes,
    { n: { DataType: "String", StringValue: "v" } },
  );
});

test("EC2's lists are flat and its names have capitals", () => {
  assert.deepEqual(
    read(ec2, "InstanceId.1=i-1&Filter.1.Name=f&Filter.1.Value.1=a&Filter.1.Value.2=b&MaxResults=5&DryRun=true", true),
    {
      InstanceIds: ["i-1"],
      Filters: [{ Name: "f", Values: ["a", "b"] }],
      MaxResults: 5,
      DryRun: true,
    },
  );
});

test("an empty list is sent as the bare key", () => {
  assert.deepEqual(read(sns, "Tags=").Tags, []);
});

test("keys of an object's own have no power", () => {
  const attributes = treeFromForm(
    sns,
    new URLSearchParams("Attributes.entry.1.key=__proto__&Attributes.entry.1.value=x&__proto__.a=b&constructor=c"),
    false,
  );
  assert.deepEqual(Object.keys(attributes as object), ["Attributes"]);
  const { Attributes: map } = attributes as { Attributes: object };
  assert.deepEqual(Object.entries(map), [["__proto__", "x"]]);
  assert.equal(Object.getPrototypeOf(map), null);
});

const refused = (name: string, form: string, message: RegExp) =>
  test(`refused: ${name}`, () => assert.throws(() => read(sns, form), { code: "SerializationException", message }));
refused("a structure where a value belongs", "Name.x=y", /plain value was expected at 'Name'/);
refused("an entry without a key", "Attributes.entry.1.value=x", /has no key/);
refused("a key of endless steps", `Name${".a".repeat(100)}=x`, /more than 64 steps/);
refused("more fields than a form may have", "a=b&".repeat(100_001), /more than 100000 fields/);
