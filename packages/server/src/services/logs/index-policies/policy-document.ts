import type { IndexType } from "@aws-sdk/client-cloudwatch-logs";

/** Rules of a policy (API reference, PutIndexPolicy). */
const MAX_FIELDS = 20;
const MAX_NAME = 100;
/** Fields that are no index's (user guide, "Field index syntax and quotas"). */
const NOT_INDEXABLE = ["@message", "@timestamp", "@log", "@ptr"];

/** A document that breaks a rule; the message is for the caller. */
export class PolicyRefused extends Error {
  override readonly name = "PolicyRefused";
}

/** A field that is to be indexed. Names are case-sensitive. */
export interface IndexedField {
  readonly name: string;
  readonly type: IndexType;
}

/**
 * Reads `{"Fields": ["a"], "FieldsV2": {"b": {"type": "FACET"}}}`.
 * @throws PolicyRefused
 */
export function readIndexPolicy(text: string): IndexedField[] {
  const document = parseObject(text);
  const unknown = Object.keys(document).find((member) => member !== "Fields" && member !== "FieldsV2");
  if (unknown !== undefined) {
    throw new PolicyRefused(`The policy document has the unknown member ${unknown}; Fields and FieldsV2 are known.`);
  }
  const fields = [...readFields(document.Fields), ...readTypedFields(document.FieldsV2)];
  if (fields.length === 0) throw new PolicyRefused("The policy document must include at least one field.");
  if (fields.length > MAX_FIELDS) {
    throw new PolicyRefused(`The policy document has ${fields.length} fields; at most ${MAX_FIELDS} are allowed.`);
  }
  const seen = new Set<string>();
  for (const { name } of fields) {
    checkName(name);
    if (seen.has(name)) throw new PolicyRefused(`The policy document names the field ${name} twice.`);
    seen.add(name);
  }
  return fields;
}

function parseObject(text: string): Record<string, unknown> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new PolicyRefused("The policy document is not valid JSON.");
  }
  if (!isObject(document)) throw new PolicyRefused("The policy document must be a JSON object.");
  return document;
}

function readFields(names: unknown): IndexedField[] {
  if (names === undefined) return [];
  if (!Array.isArray(names) || !names.every((name): name is string => typeof name === "string")) {
    throw new PolicyRefused("Fields must be a list of field names.");
  }
  return names.map((name) => ({ name, type: "FIELD_INDEX" }));
}

function readTypedFields(types: unknown): IndexedField[] {
  if (types === undefined) return [];
  if (!isObject(types)) throw new PolicyRefused("FieldsV2 must be an object of field names and their types.");
  return Object.entries(types).map(([name, value]) => {
    const type = isObject(value) ? value.type : undefined;
    if (type !== "FIELD_INDEX" && type !== "FACET") {
      throw new PolicyRefused(`The type of the field ${name} must be FIELD_INDEX or FACET.`);
    }
    return { name, type };
  });
}

function checkName(name: string): void {
  if (name === "" || name.length > MAX_NAME || !name.isWellFormed()) {
    throw new PolicyRefused(`A field name must have 1 to ${MAX_NAME} characters.`);
  }
  if (NOT_INDEXABLE.includes(name)) throw new PolicyRefused(`The field ${name} cannot be indexed.`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
