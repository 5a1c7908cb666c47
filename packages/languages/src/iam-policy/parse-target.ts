import { LEGACY } from "./errors.ts";
import type { JsonEntry } from "./json-node.ts";
import type { ActionsNode, ResourcesNode } from "./nodes.ts";
import { type PlacedText, refuse, textsOf } from "./parse-fields.ts";

const PARTITIONS = ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc", "*"];

export function parseActions(entry: JsonEntry): ActionsNode {
  const texts = textsOf(entry.value, entry.key);
  if (texts.length === 0) refuse("Policy statement must contain actions.", `${entry.key} is empty`, entry.value);
  for (const text of texts) checkAction(text);
  return Object.freeze({ not: entry.key === "NotAction", patterns: Object.freeze(texts.map(({ text }) => text)) });
}

function checkAction({ text, ...place }: PlacedText): void {
  if (text === "*") return;
  const [vendor = "", name, ...more] = text.split(":");
  if (name === undefined) {
    refuse(
      "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
      `"${text}" names no service; write it as logs:PutLogEvents`,
      place,
    );
  }
  if (more.length > 0) {
    refuse("Actions/Condition can contain only one colon.", `"${text}" holds several colons`, place);
  }
  if (vendor !== "*" && !/^[A-Za-z0-9.-]+$/.test(vendor)) {
    refuse(`Vendor ${vendor} is not valid`, `"${vendor}" is no name of a service`, place);
  }
  if (!/^[A-Za-z0-9*?_]+$/.test(name ?? "")) refuse(LEGACY, `"${text}" is no action`, place);
}

/** The checks of resources, with AWS's texts. Services with narrower rules (a bucket's policy) check more themselves. */
export function parseResources(entry: JsonEntry): ResourcesNode {
  const texts = textsOf(entry.value, entry.key);
  if (texts.length === 0) refuse("Policy statement must contain resources.", `${entry.key} is empty`, entry.value);
  for (const text of texts) checkResource(text);
  return Object.freeze({ not: entry.key === "NotResource", patterns: Object.freeze(texts.map(({ text }) => text)) });
}

function checkResource({ text, ...place }: PlacedText): void {
  if (text === "*") return;
  // A variable may bring colons of its own, as `${aws:PrincipalTag/bucket}` does in its name.
  const [arn, partition = "", service, ...rest] = text.replace(/\$\{[^}]*\}/g, "x").split(":");
  if (arn !== "arn" || partition === "") {
    refuse(`Resource ${text} must be in ARN format or "*".`, "an ARN begins with arn:aws:", place);
  }
  if (!PARTITIONS.includes(partition)) {
    const [region = "*", account = "*", ...resource] = rest;
    refuse(
      `Partition "${partition}" is not valid for resource "arn:${partition}:${service || "*"}:${region}:${account}:${resource.join(":") || "*"}".`,
      `write the partition aws`,
      place,
    );
  }
  if (service === undefined) {
    refuse("Resource vendor must be fully qualified and cannot contain regexes.", "the ARN names no service", place);
  }
  // A star at the end of a segment reaches over the segments that are missing.
  if (service === "" || (rest.length < 3 && !text.endsWith("*"))) {
    refuse(LEGACY, `"${text}" has too few parts for an ARN: arn:aws:<service>:<region>:<account>:<resource>`, place);
  }
}
