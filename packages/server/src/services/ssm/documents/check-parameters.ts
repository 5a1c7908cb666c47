import { RE2JS } from "re2js";
import type { SsmCall } from "../operation.ts";
import type { CommandDocument } from "./documents.ts";

type Values = Readonly<Record<string, readonly string[]>>;

/** All parameters of a document with their values: given ones checked, others by their defaults. */
export function parametersOf(call: SsmCall, document: CommandDocument, given: Values): Record<string, string[]> {
  const stranger = Object.keys(given).find((name) => !Object.hasOwn(document.parameters, name));
  if (stranger !== undefined)
    throw call.error(
      "InvalidParameters",
      `Invalid parameters provided: ${document.name} has no parameter ${stranger}. It has ${Object.keys(document.parameters).join(", ")}.`,
    );
  const all: Record<string, string[]> = {};
  for (const [name, { type, default: standard, allowedValues, allowedPattern }] of Object.entries(
    document.parameters,
  )) {
    const values = given[name] ?? (standard === undefined ? undefined : [standard].flat());
    if (values === undefined || (values.length === 0 && standard === undefined))
      throw call.error("InvalidParameters", `Parameter ${name} of ${document.name} is required.`);
    if (type === "String" && values.length > 1)
      throw call.error("InvalidParameters", `Parameter ${name} takes one value, not ${values.length}.`);
    for (const value of values) {
      if (allowedValues !== undefined && !allowedValues.includes(value))
        throw call.error(
          "InvalidParameters",
          `Parameter ${name} must be one of ${allowedValues.join(", ")}, not "${value}".`,
        );
      if (allowedPattern !== undefined && given[name] !== undefined && !RE2JS.compile(allowedPattern).matches(value))
        throw call.error(
          "InvalidParameters",
          `Parameter ${name} does not match its pattern ${allowedPattern}: "${value}".`,
        );
    }
    all[name] = [...values];
  }
  return all;
}
