import type { Command, FieldNode } from "./node.ts";
import { fieldNode } from "./parse-expression.ts";
import { spanFrom } from "./parse-name.ts";
import type { Token } from "./token.ts";
import { describe, type TokenReader } from "./token-reader.ts";

/** `join type=inner left=a right=b where a.k = b.k (SOURCE '/group' | ...)`. */
export function parseJoin(reader: TokenReader, verb: Token): Command {
  const options = new Map<string, Token>();
  while (reader.peek().kind === "identifier" && reader.isOperator("=", 1)) {
    const option = reader.next();
    const name = option.text.toLowerCase();
    if (!["type", "left", "right"].includes(name) || options.has(name))
      reader.fail(`join takes type, left and right once each but found ${describe(option)}. Take it out.`, option.span);
    reader.next();
    const value = reader.next();
    if (value.kind !== "identifier")
      reader.fail(`Expected a name but found ${describe(value)}. Write ${name}=name.`, value.span);
    options.set(name, value);
  }
  const type = options.get("type");
  const kind = type?.text.toLowerCase() ?? "inner";
  if (kind !== "inner" && kind !== "left")
    reader.fail("The type of a join is inner or left. Correct it.", type?.span ?? verb.span);
  const left = options.get("left");
  const right = options.get("right");
  if (left === undefined || right === undefined || left.value === right.value)
    return reader.fail(
      "join needs two different names for its sides. Write join left=a right=b where a.k = b.k (...).",
    );
  if (!reader.acceptWord("where"))
    reader.fail(`Expected where but found ${describe(reader.peek())}. Write where a.k = b.k.`);
  const keys: { readonly left: FieldNode; readonly right: FieldNode }[] = [];
  do {
    const sides = new Map<string, FieldNode>();
    const first = sideOf(reader, left.value, right.value, sides);
    reader.expectOperator("=", "join compares for equality only.");
    sideOf(reader, left.value, right.value, sides);
    const ofLeft = sides.get(left.value);
    const ofRight = sides.get(right.value);
    if (ofLeft === undefined || ofRight === undefined)
      return reader.fail("Each equality compares a field of one side with one of the other. Correct it.", {
        start: first.start,
        end: reader.last().span.end,
      });
    keys.push(Object.freeze({ left: ofLeft, right: ofRight }));
  } while (reader.acceptWord("and"));
  const query = reader.readSubquery();
  return {
    kind: "join",
    outer: kind === "left",
    left: left.value,
    right: right.value,
    keys: Object.freeze(keys),
    query,
    span: spanFrom(reader, verb),
  };
}

/** Reads `side.field`, and keeps the field without the side's name. */
function sideOf(reader: TokenReader, left: string, right: string, sides: Map<string, FieldNode>) {
  const token = reader.next();
  const field = token.kind === "identifier" ? fieldNode(token) : undefined;
  const [side, ...segments] = field?.segments ?? [];
  if (field === undefined || segments.length === 0 || (side !== left && side !== right)) {
    return reader.fail(
      `Expected a field of ${left} or ${right} but found ${describe(token)}. Write ${left}.field = ${right}.field.`,
      token.span,
    );
  }
  sides.set(side, Object.freeze({ ...field, name: segments.join("."), segments: Object.freeze(segments) }));
  return token.span;
}
