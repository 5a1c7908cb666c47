/**
 * AWS's published evaluation rules, written down one after the other over the plain JSON of policies, with nothing of the
 * engine: the oracle that it is compared with. Slow on purpose: nothing is compiled, indexed or cut short.
 */

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export interface NaivePolicy {
  readonly Version?: string;
  readonly Statement: Json;
}

export interface NaiveRequester {
  readonly kind: "root" | "user" | "role-session" | "federated-user" | "web-identity" | "service" | "anonymous";
  readonly account?: string;
  readonly arn?: string;
  readonly id?: string;
  readonly roleArn?: string;
  readonly roleId?: string;
  readonly issuerArn?: string;
  readonly provider?: string;
  readonly name?: string;
}

export interface NaiveRequest {
  readonly requester: NaiveRequester;
  readonly identity: readonly NaivePolicy[];
  readonly boundary: readonly NaivePolicy[] | undefined;
  readonly session: readonly NaivePolicy[] | undefined;
  readonly resourcePolicy: readonly NaivePolicy[] | undefined;
  readonly resourcePolicyRequired: boolean;
  readonly resourceAccount: string | undefined;
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

export interface NaiveDecision {
  readonly outcome: "allowed" | "explicit-deny" | "implicit-deny";
  /** All kinds of which one can be told as the reason. */
  readonly kinds: readonly string[];
}

export function naiveEvaluate(request: NaiveRequest): NaiveDecision {
  const kinds: [string, readonly NaivePolicy[] | undefined][] = [
    ["identity", request.identity],
    ["boundary", request.boundary],
    ["session", request.session],
    ["resource", request.resourcePolicy],
  ];
  const denying = kinds.filter(([, policies]) => matching(policies, "Deny", request).length > 0).map(([kind]) => kind);
  if (denying.length > 0) return { outcome: "explicit-deny", kinds: denying };

  const { requester } = request;
  const grants = matching(request.resourcePolicy, "Allow", request);
  const own = (policies: readonly NaivePolicy[] | undefined): boolean =>
    requester.kind === "root" || policies === undefined || matching(policies, "Allow", request).length > 0;
  const missing: string[] = [];
  const need = (kind: string, there: boolean) => {
    if (!there) missing.push(kind);
  };

  if (requester.account === undefined) need("resource", grants.length > 0);
  else if (request.resourceAccount !== undefined && request.resourceAccount !== requester.account) {
    need("resource", grants.length > 0);
    need("identity", own(request.identity));
    need("boundary", own(request.boundary));
    need("session", own(request.session));
  } else if (!grants.includes("itself")) {
    if (request.resourcePolicyRequired) need("resource", grants.length > 0);
    if (!grants.includes("issuer")) need("identity", own(request.identity));
    need("boundary", own(request.boundary));
    need("session", own(request.session));
  }
  return missing.length === 0 ? { outcome: "allowed", kinds: [] } : { outcome: "implicit-deny", kinds: missing };
}

/** How each matching statement names the requester. */
function matching(policies: readonly NaivePolicy[] | undefined, effect: string, request: NaiveRequest): string[] {
  const found: string[] = [];
  for (const policy of policies ?? []) {
    for (const statement of listOf(policy.Statement).map(objectOf)) {
      if (statement.Effect !== effect) continue;
      const how = names(statement, request);
      if (how === "not named") continue;
      if (!actionMatches(statement, request)) continue;
      if (!resourceMatches(statement, request, policy.Version)) continue;
      if (!conditionMatches(statement, request, policy.Version)) continue;
      found.push(how);
    }
  }
  return found;
}

function names(statement: { readonly [key: string]: Json }, request: NaiveRequest): string {
  const { requester } = request;
  const wholeAccount = (name: string) =>
    requester.account !== undefined &&
    (name === requester.account || name === `arn:aws:iam::${requester.account}:root`);
  if (statement.Principal === "*") return "itself";
  if (statement.Principal !== undefined) {
    const { AWS = [], Service = [], Federated = [] } = objectOf(statement.Principal);
    const aws = textsOf(AWS);
    if (aws.includes("*")) return "itself";
    if (requester.name !== undefined && textsOf(Service).includes(requester.name)) return "itself";
    if (requester.provider !== undefined && textsOf(Federated).includes(requester.provider)) return "itself";
    if (requester.kind !== "root" && aws.some((name) => name === requester.arn || name === requester.id))
      return "itself";
    if (aws.some((name) => [requester.roleArn, requester.roleId, requester.issuerArn].includes(name))) return "issuer";
    return aws.some(wholeAccount) ? "account" : "not named";
  }
  if (statement.NotPrincipal !== undefined) {
    if (request.boundary !== undefined) return "itself";
    const { AWS = [], Service = [], Federated = [] } = objectOf(statement.NotPrincipal);
    const aws = textsOf(AWS);
    if (requester.kind === "service") return textsOf(Service).includes(requester.name ?? "") ? "not named" : "itself";
    if (requester.kind === "web-identity") {
      return textsOf(Federated).includes(requester.provider ?? "") ? "not named" : "itself";
    }
    if (requester.kind === "anonymous") return "itself";
    const accountListed = aws.some(wholeAccount);
    const listed = (...ids: (string | undefined)[]) => ids.some((id) => id !== undefined && aws.includes(id));
    const selfListed = requester.kind === "root" || listed(requester.arn, requester.id);
    const issuerListed =
      requester.kind === "role-session"
        ? listed(requester.roleArn, requester.roleId)
        : requester.kind === "federated-user"
          ? listed(requester.issuerArn)
          : true;
    return accountListed && selfListed && issuerListed ? "not named" : "itself";
  }
  return "itself";
}

function actionMatches(statement: { readonly [key: string]: Json }, { action }: NaiveRequest): boolean {
  const fits = (pattern: string) => like(charsOf(lower(pattern)), lower(action), "free");
  if (statement.Action !== undefined) return textsOf(statement.Action).some(fits);
  return !textsOf(statement.NotAction ?? []).some(fits);
}

function resourceMatches(
  statement: { readonly [key: string]: Json },
  request: NaiveRequest,
  version: string | undefined,
): boolean {
  const fits = (pattern: string, unresolved: boolean) => {
    const chars = substitute(pattern, request, version);
    return chars === undefined ? unresolved : like(chars, request.resource, "resource");
  };
  if (statement.Resource !== undefined) return textsOf(statement.Resource).some((pattern) => fits(pattern, false));
  if (statement.NotResource !== undefined) {
    return !textsOf(statement.NotResource).some((pattern) => fits(pattern, statement.Effect === "Allow"));
  }
  return true;
}

function conditionMatches(
  statement: { readonly [key: string]: Json },
  request: NaiveRequest,
  version: string | undefined,
): boolean {
  return Object.entries(objectOf(statement.Condition ?? {})).every(([operator, keys]) =>
    Object.entries(objectOf(keys)).every(([key, values]) =>
      oneCondition(operator, key, textsOf(values), request, version, statement.Effect === "Allow"),
    ),
  );
}

function oneCondition(
  text: string,
  key: string,
  wanted: readonly string[],
  request: NaiveRequest,
  version: string | undefined,
  allows: boolean,
): boolean {
  const quantifier = text.includes(":") ? text.slice(0, text.indexOf(":")) : "";
  let operator = text.slice(text.indexOf(":") + 1);
  const ifExists = operator.endsWith("IfExists");
  if (ifExists) operator = operator.slice(0, -"IfExists".length);
  const entry = Object.entries(request.context).find(([name]) => lower(name) === lower(key))?.[1];
  const given = entry === undefined ? [] : typeof entry === "string" ? [entry] : entry;

  if (operator === "Null") return wanted.some((value) => (lower(value) === "true") === (given.length === 0));
  const negated = operator.includes("Not");
  const positive = operator.replace("Not", "");
  if (given.length === 0) {
    if (ifExists || quantifier === "ForAllValues") return true;
    if (quantifier === "ForAnyValue") return false;
    return negated;
  }
  const fits = (value: string) =>
    wanted.some((one) => {
      if (/^(String|Arn)/.test(positive)) {
        const chars = substitute(one, request, version);
        return chars === undefined ? negated && allows : textFits(positive, chars, value);
      }
      return valueFits(positive, one, value);
    });
  if (quantifier !== "" && given.length === 1 && given[0] === "" && typeof entry === "string") {
    return quantifier === "ForAllValues";
  }
  if (quantifier === "ForAllValues") return given.every((value) => fits(value) !== negated);
  if (quantifier === "ForAnyValue") return given.some((value) => fits(value) !== negated);
  return given.some(fits) !== negated;
}

function textFits(operator: string, chars: readonly Char[], value: string): boolean {
  const text = chars.map(({ char }) => char).join("");
  if (operator === "StringEquals") return text === value;
  if (operator === "StringEqualsIgnoreCase") return lower(text) === lower(value);
  if (operator === "StringLike") return like(chars, value, "free");
  const given = value.split(":");
  if (given[0] !== "arn" || given.length < 6) return false;
  const components: Char[][] = [[]];
  for (const char of chars) {
    if (char.char === ":" && components.length < 6) components.push([]);
    else components[components.length - 1]?.push(char);
  }
  if (components.length < 6) {
    const last = components.at(-1)?.at(-1);
    if (last?.char !== "*" || last.literal) return false;
  }
  const six = [...given.slice(0, 5), given.slice(5).join(":")];
  return components.every((component, at) => like(component, six[at] ?? "", "free"));
}

function valueFits(operator: string, wanted: string, value: string): boolean {
  if (operator === "Bool") return lower(wanted) === lower(value);
  if (operator === "BinaryEquals") return Buffer.from(wanted, "base64").equals(Buffer.from(value, "base64"));
  if (operator === "IpAddress") return inRange(value, wanted);
  const read = operator.startsWith("Date") ? instant : Number;
  const [a, b] = [read(value), read(wanted)];
  if (Number.isNaN(a) || Number.isNaN(b) || value === "") return false;
  switch (operator.replace(/^(Date|Numeric)/, "")) {
    case "Equals":
      return a === b;
    case "LessThan":
      return a < b;
    case "LessThanEquals":
      return a <= b;
    case "GreaterThan":
      return a > b;
    default:
      return a >= b;
  }
}

const instant = (text: string): number => (/^\d{5,}$/.test(text) ? Number(text) * 1000 : Date.parse(text));

/** Addresses as bits, written as text. */
function inRange(value: string, range: string): boolean {
  const bits = (address: string): string | undefined => {
    if (/^\d+(\.\d+){3}$/.test(address)) {
      return address
        .split(".")
        .map((part) => Number(part).toString(2).padStart(8, "0"))
        .join("");
    }
    if (!address.includes(":")) return undefined;
    const [head = "", tail] = address.split("::");
    const front = head === "" ? [] : head.split(":");
    const back = tail === undefined || tail === "" ? [] : tail.split(":");
    const groups = [...front, ...Array.from({ length: 8 - front.length - back.length }, () => "0"), ...back];
    return groups.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, "0")).join("");
  };
  const [base = "", length] = range.split("/");
  const [given, wanted] = [bits(value), bits(base)];
  if (given === undefined || wanted === undefined || given.length !== wanted.length) return false;
  const count = length === undefined ? wanted.length : Number(length);
  return given.slice(0, count) === wanted.slice(0, count);
}

interface Char {
  readonly char: string;
  /** A star or question mark that is no wildcard. */
  readonly literal: boolean;
}

const charsOf = (text: string, literal = false): Char[] => [...text.split("")].map((char) => ({ char, literal }));

/** Undefined where a variable has no value. */
function substitute(text: string, request: NaiveRequest, version: string | undefined): Char[] | undefined {
  if (version !== "2012-10-17") return charsOf(text);
  const chars: Char[] = [];
  let rest = text;
  while (rest !== "") {
    const found = /^\$\{([^}]*)\}/.exec(rest);
    if (found === null) {
      chars.push(...charsOf(rest.slice(0, 1)));
      rest = rest.slice(1);
      continue;
    }
    rest = rest.slice(found[0].length);
    const body = found[1] ?? "";
    if (["*", "?", "$"].includes(body)) {
      chars.push(...charsOf(body, true));
      continue;
    }
    const [, key = "", fallback] = /^\s*([^,]*?)\s*(?:,\s*'([^']*)'\s*)?$/.exec(body) ?? [];
    if (!key.includes(":")) {
      chars.push(...charsOf(found[0]));
      continue;
    }
    const value = Object.entries(request.context).find(([name]) => lower(name) === lower(key))?.[1];
    const single = typeof value === "string" ? value : value?.length === 1 ? value[0] : undefined;
    const filled = single ?? fallback;
    if (filled === undefined) return undefined;
    chars.push(...charsOf(filled, true));
  }
  return chars;
}

/** `resource`: a star in the first five parts of an ARN stays in its part, unless it ends it. */
function like(pattern: readonly Char[], text: string, style: "free" | "resource", colons = 0): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return text === "";
  if (first.char === "*" && !first.literal) {
    const next = rest[0];
    const far =
      style === "free" ||
      colons >= 5 ||
      next === undefined ||
      next.char === ":" ||
      (next.char === "*" && !next.literal);
    for (let length = 0; length <= text.length; length++) {
      if (!far && text.slice(0, length).includes(":")) break;
      if (like(rest, text.slice(length), style, colons)) return true;
    }
    return false;
  }
  if (text === "") return false;
  if (!(first.char === "?" && !first.literal) && first.char !== text[0]) return false;
  return like(rest, text.slice(1), style, first.char === ":" ? colons + 1 : colons);
}

const lower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
const listOf = (value: Json): readonly Json[] => (isList(value) ? value : [value]);
const textsOf = (value: Json): readonly string[] => listOf(value).map(String);
const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
function objectOf(value: Json): { readonly [key: string]: Json } {
  if (typeof value !== "object" || value === null || isList(value))
    throw new Error(`no object: ${JSON.stringify(value)}`);
  return value;
}
