import type { Member, ServiceModel, Shape } from "../model/shape.ts";
import { listOf, recordOf } from "./typed.ts";

/** What CloudTrail writes in a secret's place. */
export const REDACTED = "HIDDEN_DUE_TO_SECURITY_REASONS";

/**
 * A copy of an operation's input in which every member that AWS marks as sensitive is replaced. For the audit trail and
 * for logs. An operation that the model does not know has no members to tell, so nothing of its input is kept.
 */
export function redact(
  model: ServiceModel,
  operation: string,
  input: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const shape = model.operations.get(operation)?.input;
  return shape ? recordOf(copy(shape, input)) : {};
}

function copy(shape: Shape, value: unknown): unknown {
  if (value === null || value === undefined) return value;
  if (shape.kind === "structure") {
    const record = recordOf(value);
    const out: Record<string, unknown> = {};
    for (const member of shape.members) {
      if (record[member.name] !== undefined) out[member.name] = copyMember(member, record[member.name]);
    }
    return out;
  }
  if (shape.kind === "list") return listOf(value).map((item) => copyMember(shape.member, item));
  if (shape.kind === "map") {
    const out: Record<string, unknown> = Object.create(null);
    for (const [key, item] of Object.entries(value)) out[key] = copyMember(shape.value, item);
    return out;
  }
  return value;
}

const copyMember = (member: Member, value: unknown): unknown =>
  member.sensitive ? REDACTED : copy(member.shape, value);
