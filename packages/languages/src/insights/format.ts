import type { Expression } from "./node.ts";
import { formatPeriod } from "./period.ts";

/**
 * The canonical text of an expression: one spelling for all ways to write it
 * (spacing, case of function names, redundant parentheses). Two expressions
 * with the same text mean the same, which is how `sort count(*)` finds the
 * column that `stats` made.
 */
export function formatExpression(node: Expression): string {
  switch (node.kind) {
    case "number":
      return String(node.value);
    case "string":
      return JSON.stringify(node.value);
    case "boolean":
      return String(node.value);
    case "period":
      return formatPeriod(node.value);
    case "field":
      return node.segments.map((part) => (/^[\p{L}\p{N}_@]+$/u.test(part) ? part : `\`${part}\``)).join(".");
    case "element":
      return `${formatExpression(node.target)}${node.path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("")}`;
    case "call":
      return `${node.name}(${node.name === "count" && node.args.length === 0 ? "*" : node.args.map(formatExpression).join(", ")})`;
    case "unary":
      return node.operator === "-" ? `-${operand(node.operand)}` : `not ${operand(node.operand)}`;
    case "binary":
      return `${operand(node.left)} ${node.operator} ${operand(node.right)}`;
    case "like": {
      const pattern = typeof node.pattern === "string" ? JSON.stringify(node.pattern) : `/${node.pattern.source}/`;
      return `${operand(node.subject)} ${node.negated ? "not " : ""}like ${pattern}`;
    }
    case "in":
      return `${operand(node.subject)} ${node.negated ? "not " : ""}in [${node.items.map(formatExpression).join(", ")}]`;
    case "in-query":
      return `${operand(node.subject)} ${node.negated ? "not " : ""}in (${node.query.text.trim()})`;
  }
}

function operand(node: Expression): string {
  const compound =
    node.kind === "binary" ||
    node.kind === "like" ||
    node.kind === "in" ||
    node.kind === "in-query" ||
    node.kind === "unary";
  return compound ? `(${formatExpression(node)})` : formatExpression(node);
}
