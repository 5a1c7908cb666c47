import { asciiLower } from "./glob.ts";
import type { Policy } from "./nodes.ts";
import { parseTemplate } from "./template.ts";

/** The condition keys that a policy looks at, in its conditions and variables, each once and as first written. */
export function keysIn({ version, statements }: Policy): readonly string[] {
  const keys = new Map<string, string>();
  const add = (key: string) => {
    const name = asciiLower(key);
    if (!keys.has(name)) keys.set(name, key);
  };
  const addVariables = (text: string) => {
    for (const part of parseTemplate(text, version)) if (part.kind === "variable") add(part.key);
  };
  for (const { resources, conditions } of statements) {
    resources?.patterns.forEach(addVariables);
    for (const { key, values } of conditions) {
      add(key);
      values.forEach(addVariables);
    }
  }
  return [...keys.values()];
}
