import { type Condition, type ConditionValues, isLike, readCondition } from "./conditions.ts";

/** A key policy that was read. What it has and is not known here is refused when it is put. */
export interface KeyPolicy {
  readonly statements: readonly Statement[];
}

interface Statement {
  readonly effect: "Allow" | "Deny";
  readonly aws: readonly string[];
  readonly services: readonly string[];
  readonly actions: readonly string[];
  readonly notActions: boolean;
  readonly resources: readonly string[];
  readonly conditions: readonly Condition[];
}

/** Why a text is no key policy: a sentence for the caller. */
export class PolicyFault extends Error {
  override readonly name = "PolicyFault";
}

/** Who asks for what. */
export interface PolicyQuestion {
  /** The caller's account. */
  readonly account: string;
  /** The caller; for a session of a role the role too. */
  readonly principals: readonly string[];
  /** Services for which the request is made, such as `sns.amazonaws.com`, when a service itself is the principal. */
  readonly service: string | undefined;
  /** With its prefix, such as `kms:Decrypt`. */
  readonly action: string;
  readonly resource: string;
  readonly values: ConditionValues;
}

/**
 * What the policy says: `deny` before all; `principal` where it allows the caller by name or everybody; `account` where it
 * allows the caller's account, so that the account's own policies decide; `nothing` else.
 */
export type PolicyAnswer = "deny" | "principal" | "account" | "nothing";

export function askPolicy({ statements }: KeyPolicy, question: PolicyQuestion): PolicyAnswer {
  let answer: PolicyAnswer = "nothing";
  for (const statement of statements) {
    const who = matchPrincipal(statement, question);
    if (who === "nobody" || !applies(statement, question)) continue;
    if (statement.effect === "Deny") return "deny";
    if (who === "principal") answer = "principal";
    else if (answer === "nothing") answer = "account";
  }
  return answer;
}

function matchPrincipal(
  { aws, services }: Statement,
  { account, principals, service }: PolicyQuestion,
): "principal" | "account" | "nobody" {
  if (service !== undefined) return services.includes(service) || services.includes("*") ? "principal" : "nobody";
  if (aws.includes("*") || aws.some((one) => principals.includes(one))) return "principal";
  const whole = `arn:aws:iam::${account}:root`;
  return aws.includes(whole) || aws.includes(account) ? "account" : "nobody";
}

function applies(statement: Statement, { action, resource, values }: PolicyQuestion): boolean {
  const named = statement.actions.some((pattern) => isLike(action.toLowerCase(), pattern.toLowerCase()));
  return (
    named !== statement.notActions &&
    statement.resources.some((pattern) => isLike(resource, pattern)) &&
    statement.conditions.every((condition) => condition.holds(values))
  );
}

/** Throws PolicyFault. */
export function readKeyPolicy(text: string): KeyPolicy {
  const policy = objectOf(parse(text), "the policy");
  for (const member of Object.keys(policy)) {
    if (!["Version", "Id", "Statement"].includes(member)) throw new PolicyFault(`"${member}" is no member of a policy`);
  }
  const { Version, Statement } = policy;
  if (Version !== undefined && Version !== "2012-10-17" && Version !== "2008-10-17") {
    throw new PolicyFault(`Version must be 2012-10-17 or 2008-10-17`);
  }
  const statements = Array.isArray(Statement) ? Statement : [Statement];
  if (statements.length === 0) throw new PolicyFault("a policy needs a Statement");
  return { statements: statements.map((statement, at) => readStatement(statement, at)) };
}

const MEMBERS = ["Sid", "Effect", "Principal", "Action", "NotAction", "Resource", "Condition"];

function readStatement(value: unknown, at: number): Statement {
  const where = `statement ${at + 1}`;
  const given = objectOf(value, where);
  const stranger = Object.keys(given).find((member) => !MEMBERS.includes(member));
  if (stranger !== undefined) throw new PolicyFault(`${where}: "${stranger}" is not taken in a key policy`);
  const { Effect: effect, Principal, Action, NotAction, Resource, Condition = {} } = given;
  if (effect !== "Allow" && effect !== "Deny") throw new PolicyFault(`${where}: Effect must be Allow or Deny`);
  if ((Action === undefined) === (NotAction === undefined)) {
    throw new PolicyFault(`${where}: give either Action or NotAction`);
  }
  const principal = Principal === "*" ? { AWS: "*" } : objectOf(Principal, `${where}: Principal`);
  const kind = Object.keys(principal).find((name) => name !== "AWS" && name !== "Service");
  if (kind !== undefined)
    throw new PolicyFault(`${where}: a Principal of the kind ${kind} is not taken in a key policy`);
  const aws = textsOf(principal.AWS ?? [], `${where}: Principal`);
  const wrong = aws.find(
    (one) => one !== "*" && !/^\d{12}$/.test(one) && !/^arn:aws[a-z-]*:(iam|sts)::\d{12}:[^*?]+$/.test(one),
  );
  if (wrong !== undefined) throw new PolicyFault(`${where}: ${wrong} is no principal`);
  return {
    effect,
    aws,
    services: textsOf(principal.Service ?? [], `${where}: Principal`),
    actions: textsOf(Action ?? NotAction, `${where}: Action`),
    notActions: NotAction !== undefined,
    resources: textsOf(Resource, `${where}: Resource`),
    conditions: readConditions(Condition, where),
  };
}

function readConditions(value: unknown, where: string): readonly Condition[] {
  return Object.entries(objectOf(value, `${where}: Condition`)).flatMap(([operator, keys]) =>
    Object.entries(objectOf(keys, `${where}: ${operator}`)).map(([key, wanted]) => {
      const texts = textsOf(wanted, `${where}: ${operator}`);
      if (texts.some((text) => text.includes("${"))) {
        throw new PolicyFault(`${where}: variables are not taken in a key policy`);
      }
      const condition = readCondition(operator, key, texts);
      if (condition === undefined) {
        throw new PolicyFault(`${where}: the condition operator ${operator} is not taken in a key policy`);
      }
      return condition;
    }),
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PolicyFault(error instanceof Error ? error.message : "it is no JSON");
  }
}

function objectOf(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new PolicyFault(`${what} must be an object`);
  }
  return { ...value };
}

function textsOf(value: unknown, what: string): readonly string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map((item) => {
    if (typeof item === "string") return item;
    if (typeof item === "boolean" || typeof item === "number") return String(item);
    throw new PolicyFault(`${what} must be a text or a list of texts`);
  });
}
