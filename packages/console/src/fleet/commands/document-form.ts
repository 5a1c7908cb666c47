/** A parameter of a command document, as a form asks for it. */
export interface DocumentField {
  readonly name: string;
  readonly isList: boolean;
  readonly description: string;
  /** What is taken when nothing is given, with a list's items in a line each; undefined for one that must be given. */
  readonly fallback: string | undefined;
  readonly allowedValues: readonly string[];
}

/**
 * The parameters that a document asks for, read of its content in JSON (GetDocument).
 * Throws an `Error` for a content that is no document.
 */
export function readFields(content: string): readonly DocumentField[] {
  const document: unknown = JSON.parse(content);
  const parameters = recordOf(recordOf(document).parameters);
  return Object.entries(parameters).map(([name, value]): DocumentField => {
    const parameter = recordOf(value);
    return {
      name,
      isList: parameter.type === "StringList",
      description: typeof parameter.description === "string" ? parameter.description : "",
      fallback: linesOf(parameter.default),
      allowedValues: Array.isArray(parameter.allowedValues) ? parameter.allowedValues.map(String) : [],
    };
  });
}

/** What is sent: what was given and is not the document's own default. A list has an item for each line, and no empty line at its end. */
export function givenParameters(
  fields: readonly DocumentField[],
  values: Readonly<Record<string, string>>,
): Record<string, string[]> {
  const given: Record<string, string[]> = {};
  for (const { name, isList, fallback } of fields) {
    const value = values[name] ?? "";
    if (value === "" || value === fallback) continue;
    given[name] = isList ? value.replace(/\n+$/, "").split("\n") : [value];
  }
  return given;
}

/** What is wrong with a parameter's value; undefined for a good one. Patterns are checked by the server. */
export function fieldFault({ fallback, allowedValues }: DocumentField, value: string): string | undefined {
  if (value.trim() === "" && fallback === undefined) return "This has to be given.";
  if (value !== "" && allowedValues.length > 0 && !allowedValues.includes(value)) {
    return `One of: ${allowedValues.join(", ")}.`;
  }
  return undefined;
}

function linesOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return Array.isArray(value) ? value.map(String).join("\n") : undefined;
}

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
