import { CallError } from "../api/call-error.ts";
import type { Fault } from "../query-editor/diagnostic.ts";
import type { AskedQuery } from "./asked-query.ts";

/** The place of the fault for which the server refused a query, in the person's own text; undefined for other failures. */
export function faultOf(
  error: unknown,
  asked: AskedQuery | undefined,
): (Fault & { readonly text: string }) | undefined {
  if (!(error instanceof CallError) || error.code !== "MalformedQueryException" || asked === undefined)
    return undefined;
  const fault = member(error.details, "queryCompileError");
  const location = member(fault, "location");
  const [start, end] = [member(location, "startCharOffset"), member(location, "endCharOffset")];
  if (typeof start !== "number" || typeof end !== "number") return undefined;
  const { text, added } = asked;
  // The error's own message tells places of the text that was sent.
  const told = member(fault, "message");
  const message = typeof told === "string" ? told : error.message;
  return { start: Math.max(0, start - added), end: Math.max(0, end - added), message, text };
}

const member = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
