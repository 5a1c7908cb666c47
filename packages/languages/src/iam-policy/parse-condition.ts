import { LEGACY, SYNTAX } from "./errors.ts";
import type { JsonNode } from "./json-node.ts";
import type { ConditionNode, OperatorName } from "./nodes.ts";
import { readOperator } from "./operator.ts";
import { refuse } from "./parse-fields.ts";
import { readDate, readNumber, readRange } from "./scalar.ts";

/** A key has a prefix, such as `aws:` or `s3:`, or is the host of an identity provider, such as `accounts.example.com:sub`. */
const KEY = /^[^\s:]+:[^\p{Cc}]+$/u;

export function parseConditions(node: JsonNode): readonly ConditionNode[] {
  if (node.kind !== "object") return refuse(SYNTAX, "Condition is an object in braces", node);
  return node.entries.flatMap((entry) => {
    const place = { start: entry.keyStart, end: entry.keyEnd };
    const operator = readOperator(entry.key);
    if (operator === undefined) return refuse(SYNTAX, `"${entry.key}" is no condition operator`, place);
    if (entry.value.kind !== "object") return refuse(SYNTAX, `${entry.key} takes an object of keys`, entry.value);
    return entry.value.entries.map((test): ConditionNode => {
      if (!KEY.test(test.key)) {
        const at = { start: test.keyStart, end: test.keyEnd };
        refuse(
          "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
          `"${test.key}" is no condition key; write it with its prefix, such as aws:SourceIp`,
          at,
        );
      }
      const items = test.value.kind === "array" ? test.value.items : [test.value];
      const values = items.map((item) => conditionValue(item, operator.operator));
      return Object.freeze({ text: entry.key, ...operator, key: test.key, values: Object.freeze(values) });
    });
  });
}

/** The values of conditions are texts; numbers and booleans may stand without quotes. */
function conditionValue(node: JsonNode, operator: OperatorName): string {
  const value =
    node.kind === "string"
      ? node.value
      : node.kind === "number"
        ? node.text
        : node.kind === "boolean"
          ? String(node.value)
          : refuse(SYNTAX, "a condition compares with texts, numbers or booleans", node);
  const fault = faultOf(value, operator);
  if (fault !== undefined) refuse(LEGACY, fault, node);
  return value;
}

function faultOf(value: string, operator: OperatorName): string | undefined {
  const shown = JSON.stringify(value);
  if (operator.startsWith("Date") && readDate(value) === undefined) {
    return `${shown} is no time; write it as 2026-11-21T04:30:00Z or in seconds since 1970`;
  }
  if (operator.startsWith("Numeric") && readNumber(value) === undefined) return `${shown} is no number`;
  if (operator.endsWith("IpAddress") && readRange(value) === undefined) {
    return `${shown} is no address and no range such as 10.0.0.0/8`;
  }
  if ((operator === "Bool" || operator === "Null") && !/^(?:true|false)$/i.test(value)) {
    return `${shown} is neither true nor false`;
  }
  if (operator === "BinaryEquals" && !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value)) {
    return `${shown} is no base64`;
  }
  return undefined;
}
