import type { Command, FieldNode, LookupNode, NameNode } from "./node.ts";
import { fieldNode } from "./parse-expression.ts";
import { parseName, spanFrom } from "./parse-name.ts";
import type { Token } from "./token.ts";
import { describe, type TokenReader } from "./token-reader.ts";

/**
 * `lookup table key [as field], ... OUTPUT column [as name], ...`, and
 * `cidrlookup table field [as column] OUTPUT ...`, where the column holds ranges of addresses.
 */
export function parseLookup(reader: TokenReader, verb: Token): Command {
  const cidr = verb.text.toLowerCase() === "cidrlookup";
  const table = parseTableName(reader, verb.text);
  const keys: { readonly column: NameNode; readonly field: FieldNode }[] = [];
  do {
    const token = fieldToken(reader);
    const other = reader.acceptWord("as") ? fieldToken(reader) : token;
    const [column, field] = cidr ? [other, token] : [token, other];
    keys.push(Object.freeze({ column: nameOf(column), field: fieldNode(field) }));
  } while (!cidr && reader.acceptOperator(","));
  const keeps = reader.isWord("outputnew");
  if (!keeps && !reader.isWord("output"))
    reader.fail(`Expected OUTPUT or OUTPUTNEW but found ${describe(reader.peek())}. Name the columns to add.`);
  reader.next();
  const outputs: LookupNode["outputs"][number][] = [];
  do {
    const column = nameOf(fieldToken(reader));
    const name = reader.acceptWord("as") ? parseName(reader, "as") : column;
    outputs.push(Object.freeze({ column, name }));
  } while (reader.acceptOperator(","));
  return {
    kind: "lookup",
    table,
    cidr,
    keys: Object.freeze(keys),
    outputs: Object.freeze(outputs),
    keeps,
    span: spanFrom(reader, verb),
  };
}

/** Names of tables may hold hyphens, which stand between tokens here. */
function parseTableName(reader: TokenReader, verb: string): NameNode {
  const first = reader.next();
  if (first.kind !== "identifier" && first.kind !== "string")
    reader.fail(
      `Expected the name of a lookup table but found ${describe(first)}. Write ${verb} table key OUTPUT column.`,
      first.span,
    );
  let name = first.value;
  let { end } = first.span;
  while (reader.isOperator("-") && reader.peek().span.start === end && reader.peek(1).span.start === end + 1) {
    reader.next();
    const part = reader.next();
    name += `-${part.text}`;
    end = part.span.end;
  }
  return Object.freeze({ name, span: { start: first.span.start, end } });
}

function fieldToken(reader: TokenReader): Token {
  const token = reader.next();
  if (token.kind !== "identifier")
    reader.fail(
      `Expected a name but found ${describe(token)}. Put names with other characters in backticks.`,
      token.span,
    );
  return token;
}

function nameOf(token: Token): NameNode {
  return Object.freeze({ name: token.value, span: token.span });
}
