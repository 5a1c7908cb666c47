import { SYNTAX } from "./errors.ts";
import type { JsonEntry } from "./json-node.ts";
import type { PrincipalNode } from "./nodes.ts";
import { membersOf, type PlacedText, refuse, textsOf } from "./parse-fields.ts";

const KINDS = ["AWS", "Service", "Federated", "CanonicalUser"] as const;

/**
 * An account, a user, a role or a session of one. Wildcards stand only alone, because a name with a star would let in
 * whoever is created under it later.
 */
const AWS =
  /^(?:\d{12}|A(?:IDA|ROA)[A-Z0-9]{4,124}|arn:aws[a-z-]*:(?:iam::\d{12}:(?:root|(?:user|role)\/[\w+=,.@/-]+)|sts::\d{12}:(?:assumed-role\/[\w+=,.@-]+\/[\w+=,.@-]+|federated-user\/[\w+=,.@-]+)))$/;
const SERVICE = /^[a-z0-9][a-z0-9.-]*\.(?:amazonaws\.com|amazonaws\.com\.cn|amazon\.com|internal)$/;
const FEDERATED = /^(?:arn:aws[a-z-]*:iam::\d{12}:(?:oidc-provider|saml-provider)\/.+|[a-z0-9-]+(?:\.[a-z0-9-]+)+)$/;
const CANONICAL = /^[0-9a-f]{64}$/;

export function parsePrincipal(entry: JsonEntry): PrincipalNode {
  const not = entry.key === "NotPrincipal";
  const { value } = entry;
  if (value.kind === "string") {
    if (value.value !== "*" || not) invalid(entry.key, { text: value.value, start: value.start, end: value.end });
    return principal(not, true, [], [], [], []);
  }
  const members = membersOf(value, KINDS, entry.key);
  if (members.size === 0) refuse(SYNTAX, `${entry.key} names nobody`, value);
  const list = (kind: (typeof KINDS)[number], form: RegExp): readonly string[] => {
    const member = members.get(kind);
    if (member === undefined) return [];
    const texts = textsOf(member.value, `${entry.key}.${kind}`);
    if (texts.length === 0) refuse(SYNTAX, `${entry.key}.${kind} is empty`, member.value);
    for (const text of texts) if (!form.test(text.text) && !(kind === "AWS" && text.text === "*")) invalid(kind, text);
    return texts.map(({ text }) => text);
  };
  const aws = list("AWS", AWS);
  if (not && aws.includes("*")) refuse(SYNTAX, "NotPrincipal with everybody would mean nobody", value);
  return principal(
    not,
    aws.includes("*"),
    aws.filter((one) => one !== "*"),
    list("Service", SERVICE),
    list("Federated", FEDERATED),
    list("CanonicalUser", CANONICAL),
  );
}

function invalid(kind: string, { text, ...place }: PlacedText): never {
  return refuse(
    `Invalid principal in policy: "${kind}":"${text}"`,
    "write an account, the ARN of a user, role or session, a service such as sns.amazonaws.com, or * alone",
    place,
  );
}

function principal(
  not: boolean,
  everyone: boolean,
  aws: readonly string[],
  services: readonly string[],
  federated: readonly string[],
  canonicalUsers: readonly string[],
): PrincipalNode {
  return Object.freeze({ not, everyone, aws, services, federated, canonicalUsers });
}
