import type { CallNode, Expression, FieldNode } from "./node.ts";

/** The direct sub-expressions of a node. */
export function children(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case "element":
      return [node.target];
    case "call":
      return node.args;
    case "unary":
      return [node.operand];
    case "binary":
      return [node.left, node.right];
    case "like":
    case "in":
    case "in-query":
      return [node.subject];
    default:
      return [];
  }
}

/** Visits every field and call below `node`, itself included. `enter` returns false to skip what is below a node. */
export function visit(node: Expression, enter: (node: Expression) => boolean): void {
  if (!enter(node)) return;
  for (const child of children(node)) visit(child, enter);
}

export function fieldsOf(node: Expression): readonly FieldNode[] {
  const found: FieldNode[] = [];
  visit(node, (each) => {
    if (each.kind === "field") found.push(each);
    return true;
  });
  return found;
}

export function callsOf(node: Expression): readonly CallNode[] {
  const found: CallNode[] = [];
  visit(node, (each) => {
    if (each.kind === "call") found.push(each);
    return true;
  });
  return found;
}

/** The terms of a conjunction, left to right. */
export function conjuncts(node: Expression): readonly Expression[] {
  return node.kind === "binary" && node.operator === "and"
    ? [...conjuncts(node.left), ...conjuncts(node.right)]
    : [node];
}

/** A copy with every field for which `replace` gives an expression replaced by it. */
export function substitute(node: Expression, replace: (field: FieldNode) => Expression | undefined): Expression {
  const inner = (each: Expression) => substitute(each, replace);
  switch (node.kind) {
    case "field":
      return replace(node) ?? node;
    case "element":
      return Object.freeze({ ...node, target: inner(node.target) });
    case "call":
      return Object.freeze({ ...node, args: Object.freeze(node.args.map(inner)) });
    case "unary":
      return Object.freeze({ ...node, operand: inner(node.operand) });
    case "binary":
      return Object.freeze({ ...node, left: inner(node.left), right: inner(node.right) });
    case "like":
    case "in":
    case "in-query":
      return Object.freeze({ ...node, subject: inner(node.subject) });
    default:
      return node;
  }
}
