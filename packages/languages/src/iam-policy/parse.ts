import { SYNTAX } from "./errors.ts";
import { type JsonEntry, type JsonNode, readJson } from "./json-node.ts";
import type { Policy, PolicyVersion, Statement } from "./nodes.ts";
import { parseConditions } from "./parse-condition.ts";
import { membersOf, refuse, textOf } from "./parse-fields.ts";
import { parsePrincipal } from "./parse-principal.ts";
import { parseActions, parseResources } from "./parse-target.ts";

/**
 * Where a policy is attached, and so what it may hold: `identity`, `boundary` and `session` policies name no principals;
 * `resource` policies must name them; `trust` policies of roles name principals, no resources, and only actions of STS.
 */
export type PolicyKind = "identity" | "boundary" | "session" | "resource" | "trust";

/** AWS's bound on the parameter in all of IAM's operations. */
export const MAX_POLICY_DOCUMENT_LENGTH = 131_072;

const MEMBERS = ["Version", "Id", "Statement"];
const STATEMENT_MEMBERS = [
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
];
const VERSIONS: readonly PolicyVersion[] = ["2008-10-17", "2012-10-17"];
const TRUST_ACTION =
  /^sts:(?:\*|AssumeRole\*?|AssumeRoleWithSAML|AssumeRoleWithWebIdentity|SetSourceIdentity|TagSession|SetContext)$/i;

/** What counts against IAM's quotas on the size of policies: all characters but white space. */
export function policySize(document: string): number {
  return document.replace(/\s+/g, "").length;
}

/** Reads a policy. Throws PolicyError, whose message is AWS's text of MalformedPolicyDocument. */
export function parsePolicy(document: string, kind: PolicyKind): Policy {
  if (document.length > MAX_POLICY_DOCUMENT_LENGTH) {
    refuse(SYNTAX, `a policy has at most ${MAX_POLICY_DOCUMENT_LENGTH} characters`, {
      start: MAX_POLICY_DOCUMENT_LENGTH,
      end: document.length,
    });
  }
  const root = readJson(document);
  const members = membersOf(root, MEMBERS, "a policy");
  const version = versionOf(members.get("Version"), kind, root);
  const id = members.get("Id");
  const list = members.get("Statement");
  if (list === undefined) return refuse(SYNTAX, "the policy has no Statement", root);
  const nodes = list.value.kind === "array" ? list.value.items : [list.value];
  if (nodes.length === 0) refuse(SYNTAX, "the policy's Statement is empty", list.value);
  const sids = new Set<string>();
  const statements = nodes.map((node, index) => {
    const statement = parseStatement(node, index, kind);
    if (statement.sid !== undefined && statement.sid !== "" && sids.has(statement.sid)) {
      refuse("Statement IDs (SID) in a single policy must be unique.", `"${statement.sid}" stands twice`, node);
    }
    if (statement.sid !== undefined) sids.add(statement.sid);
    return statement;
  });
  return Object.freeze({
    version,
    id: id === undefined ? undefined : textOf(id.value, "Id"),
    statements: Object.freeze(statements),
  });
}

function versionOf(entry: JsonEntry | undefined, kind: PolicyKind, root: JsonNode): PolicyVersion {
  const text = entry === undefined ? "2008-10-17" : textOf(entry.value, "Version");
  const version = VERSIONS.find((known) => known === text);
  if (version === undefined) return refuse(SYNTAX, `"${text}" is no version; write 2012-10-17`, entry?.value ?? root);
  if (version === "2008-10-17" && kind !== "resource" && kind !== "trust") {
    refuse(
      "Policy document must be version 2012-10-17 or greater.",
      'write "Version": "2012-10-17"',
      entry?.value ?? root,
    );
  }
  return version;
}

function parseStatement(node: JsonNode, index: number, kind: PolicyKind): Statement {
  const members = membersOf(node, STATEMENT_MEMBERS, "a statement");
  const one = (name: string, notName: string): JsonEntry | undefined => {
    const [yes, no] = [members.get(name), members.get(notName)];
    if (yes !== undefined && no !== undefined) refuse(SYNTAX, `${name} and ${notName} exclude each other`, no.value);
    return yes ?? no;
  };
  const sid = sidOf(members.get("Sid"), kind);
  const effect = effectOf(members.get("Effect"), node);
  const who = one("Principal", "NotPrincipal");
  const what = one("Action", "NotAction");
  const which = one("Resource", "NotResource");
  const conditions = members.get("Condition");
  const principalRuled = kind === "resource" || kind === "trust";
  if (who !== undefined && !principalRuled) {
    refuse(
      "Policy document should not specify a principal.",
      `${who.key} belongs in resource policies`,
      placeOfKey(who),
    );
  }
  if (who?.key === "NotPrincipal" && effect === "Allow") {
    refuse(SYNTAX, "NotPrincipal goes with Deny only: with Allow it would let everybody else in", placeOfKey(who));
  }
  if (what === undefined) return refuse("Policy statement must contain actions.", "Action is missing", node);
  const actions = parseActions(what);
  if (kind === "trust" && (actions.not || !actions.patterns.every((pattern) => TRUST_ACTION.test(pattern)))) {
    refuse("AssumeRole policy may only specify STS AssumeRole actions.", "a trust policy says who assumes", what.value);
  }
  if (which === undefined && kind !== "trust") {
    refuse("Policy statement must contain resources.", "Resource is missing", node);
  }
  if (which !== undefined && kind === "trust") {
    refuse(`Has prohibited field ${which.key}.`, "a trust policy belongs to one role", placeOfKey(which));
  }
  const resources = which === undefined ? undefined : parseResources(which);
  if (who === undefined && principalRuled) {
    refuse("Missing required field Principal", "say whom the statement is for", node);
  }
  return Object.freeze({
    index,
    sid,
    effect,
    principal: who === undefined ? undefined : parsePrincipal(who),
    actions,
    resources,
    conditions: Object.freeze(conditions === undefined ? [] : parseConditions(conditions.value)),
    start: node.start,
    end: node.end,
  });
}

function placeOfKey({ keyStart, keyEnd }: JsonEntry): { readonly start: number; readonly end: number } {
  return { start: keyStart, end: keyEnd };
}

function sidOf(entry: JsonEntry | undefined, kind: PolicyKind): string | undefined {
  if (entry === undefined) return undefined;
  const sid = textOf(entry.value, "Sid");
  if (kind !== "resource" && !/^[0-9A-Za-z]*$/.test(sid)) {
    refuse(
      "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
      `"${sid}" holds other characters`,
      entry.value,
    );
  }
  return sid;
}

function effectOf(entry: JsonEntry | undefined, statement: JsonNode): "Allow" | "Deny" {
  if (entry === undefined) return refuse(SYNTAX, "the statement has no Effect", statement);
  const effect = textOf(entry.value, "Effect");
  if (effect === "Allow" || effect === "Deny") return effect;
  return refuse(SYNTAX, `Effect is Allow or Deny, not "${effect}"`, entry.value);
}
