import type { CompiledPolicy } from "@nephoscope/languages/iam-policy";
import type { Resource } from "../state/state.ts";
import { parseIamArn, roleArn, userArn } from "./arns.ts";
import { type Directory, keyOfName } from "./directory.ts";
import type { Role } from "./documents.ts";
import type { PolicySources } from "./policy-sources.ts";

/**
 * Trust policies name users and roles by ARN, and mean those that bore the name when the policy was written: one that is
 * made again under the name of one that was deleted is somebody else (IAM user guide, "AWS JSON policy elements:
 * Principal"). So the unique ids are kept beside the policy, and stand in for the ARNs when it is evaluated.
 */
export type Pins = Readonly<Record<string, string>>;

/** The unique id behind the ARN of a user or role; undefined when there is none. */
export function idOfPrincipal(directory: Directory, arn: string): string | undefined {
  const parts = parseIamArn(arn);
  if (parts?.type === "user") {
    const user = directory.users.get(parts.account, keyOfName(parts.name));
    return user !== undefined && userArn(parts.account, user.document) === arn ? user.document.id : undefined;
  }
  if (parts?.type === "role") {
    const role = directory.roles.get(parts.account, keyOfName(parts.name));
    return role !== undefined && roleArn(parts.account, role.document) === arn ? role.document.id : undefined;
  }
  return undefined;
}

/** The policy as it is evaluated. */
export function compileTrust(sources: PolicySources, { ref, document }: Resource<Role>): CompiledPolicy {
  const { trust, trustPins = {}, name } = document;
  return sources.compileInline(withPrincipals(trust, trustPins), "trust", name, roleArn(ref.account, document));
}

/** The policy as it is shown: with the id where the principal is gone, as AWS shows it. */
export function shownTrust(directory: Directory, { trust, trustPins = {} }: Role): string {
  const gone = Object.entries(trustPins).filter(
    ([, id]) => directory.users.byId(id) === undefined && directory.roles.byId(id) === undefined,
  );
  return gone.length === 0 ? trust : withPrincipals(trust, Object.fromEntries(gone));
}

/** Writes ids in place of ARNs, in principals alone: a condition means the text. */
function withPrincipals(document: string, pins: Pins): string {
  if (Object.keys(pins).length === 0) return document;
  const inPrincipal = new Set(["Principal", "NotPrincipal"]);
  const replace = (value: unknown): unknown => {
    if (typeof value === "string") return pins[value] ?? value;
    if (Array.isArray(value)) return value.map(replace);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, replace(member)]));
  };
  const statement = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, inPrincipal.has(key) ? replace(member) : member]),
    );
  };
  const policy: { Statement?: unknown } = JSON.parse(document);
  const { Statement } = policy;
  return JSON.stringify({
    ...policy,
    Statement: Array.isArray(Statement) ? Statement.map(statement) : statement(Statement),
  });
}
