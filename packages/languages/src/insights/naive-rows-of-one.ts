import { lookupIn, type Row } from "./naive-row.ts";
import { evaluate, textOf } from "./naive-value.ts";
import type { Command, JoinNode } from "./node.ts";

/** A row for each element of the list that a discovered field holds. */
export function unnested(rows: readonly Row[], { source, alias }: Extract<Command, { kind: "unnest" }>): Row[] {
  return rows.flatMap((row) => {
    const text = textOf(evaluate(source, lookupIn(row)));
    const elements = text === undefined ? [] : elementsOf(text);
    return elements.map((element) => ({ ...row, values: new Map(row.values).set(alias.name, element) }));
  });
}

function elementsOf(text: string): readonly string[] {
  if (!/^\s*\[/.test(text)) return [text];
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list)) return [text];
  return list.map((element: unknown) => (typeof element === "string" ? element : JSON.stringify(element)));
}

/** Every pair of rows whose keys have the same texts; with `outer` rows without a partner too. */
export function joined(left: readonly Row[], right: readonly Row[], { keys, outer, ...names }: JoinNode): Row[] {
  const text = (row: Row, expression: JoinNode["keys"][number]["left"]) => textOf(evaluate(expression, lookupIn(row)));
  const sided = (row: Row, side: string) => [...row.values].map(([name, value]) => [`${side}.${name}`, value] as const);
  return left.flatMap((row) => {
    const own = [...row.values, ...sided(row, names.left)];
    const partners = right.filter((other) =>
      keys.every((key) => {
        const ours = text(row, key.left);
        return ours !== undefined && ours === text(other, key.right);
      }),
    );
    if (partners.length === 0) return outer ? [{ ...row, values: new Map(own) }] : [];
    return partners.map((other) => ({ ...row, values: new Map([...own, ...sided(other, names.right)]) }));
  });
}
