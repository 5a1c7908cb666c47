import { readTestBlocks } from "../../syntax/test-blocks.ts";
import type { PolicyKind } from "../parse.ts";
import type { Requester } from "../requester.ts";

/**
 * Plain-text cases of policies. A file is read from the top:
 *
 *     policies                                      what holds from here on; one line a statement, of one policy a kind
 *       identity Allow s3:Get*,s3:List* on arn:aws:s3:::b/*
 *       resource Deny for aws:* s3:* on * if StringNotEquals aws:username alice|bob
 *     as user alice                                 who asks from here on (see `whoIs`)
 *     resource in 222222222222 [required]           whose the resource is (else 111122223333), and that its policy must allow
 *     may s3:GetObject arn:aws:s3:::b/k : identity#0
 *     no  s3:PutObject arn:aws:s3:::b/k {aws:username=alice; aws:TagKeys=a|b} : lacks identity
 *
 * A statement: KIND EFFECT [for|not-for PRINCIPAL] [not] ACTIONS on|not-on RESOURCES [if OPERATOR KEY VALUES]...
 * A principal: `aws:*`, `aws:<arn>`, `service:<name>`, `federated:<provider>`; several with commas. Lists of actions and
 * resources have commas, of values `|`; an empty value is `""`, an empty list `[]`. A line `version 2008-10-17` below
 * `policies` sets the version of all.
 *
 * What is expected: for `may` the statements that allow, in the order of the decision, or `root`; for `no`
 * `deny KIND#INDEX` or `lacks KIND`.
 */
export interface PolicyCase {
  readonly line: number;
  readonly documents: ReadonlyMap<PolicyKind, object>;
  readonly requester: Requester;
  readonly resourceAccount: string;
  readonly required: boolean;
  readonly allowed: boolean;
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
  readonly expected: string;
}

const HOME = "111122223333";

export function readCases(path: URL): readonly PolicyCase[] {
  const cases: PolicyCase[] = [];
  let documents: ReadonlyMap<PolicyKind, object> = new Map();
  let requester: Requester | undefined;
  let resourceAccount = HOME;
  let required = false;
  for (const { word, rest, line, lines } of readTestBlocks(path)) {
    const where = `line ${line}`;
    if (word === "policies") documents = readPolicies(lines, where);
    else if (word === "as") requester = whoIs(rest.trim(), where);
    else if (word === "resource") {
      const [, account = "", must] = /^in (\d{12})( required)?$/.exec(rest) ?? [];
      if (account === "") throw new Error(`${where}: write "resource in <account> [required]"`);
      resourceAccount = account;
      required = must !== undefined;
    } else if (word === "may" || word === "no") {
      const found = /^ ?(\S+) (\S+)(?: \{(.*)\})? : (.+)$/.exec(rest);
      if (found === null || requester === undefined) throw new Error(`${where}: not understood`);
      const [, action = "", resource = "", context = "", expected = ""] = found;
      cases.push({
        line,
        documents,
        requester,
        resourceAccount,
        required,
        allowed: word === "may",
        action,
        resource,
        context: readContext(context, where),
        expected,
      });
    } else throw new Error(`${where}: no such word as ${word}`);
  }
  return cases;
}

function readPolicies(lines: readonly string[], where: string): ReadonlyMap<PolicyKind, object> {
  const statements = new Map<PolicyKind, object[]>();
  let version = "2012-10-17";
  for (const line of lines) {
    if (line.startsWith("version ")) {
      version = line.slice("version ".length);
      continue;
    }
    const words = line.split(/ +/);
    const kind = kindOf(words.shift(), where);
    statements.set(kind, [...(statements.get(kind) ?? []), readStatement(words, kind, `${where}: ${line}`)]);
  }
  return new Map([...statements].map(([kind, list]) => [kind, { Version: version, Statement: list }]));
}

function kindOf(word: string | undefined, where: string): PolicyKind {
  const kinds: readonly PolicyKind[] = ["identity", "boundary", "session", "resource", "trust"];
  const kind = kinds.find((known) => known === word);
  if (kind === undefined) throw new Error(`${where}: no kind of policy: ${word}`);
  return kind;
}

function readStatement(words: string[], kind: PolicyKind, where: string): object {
  const statement: Record<string, unknown> = { Effect: words.shift() };
  if (words[0] === "for" || words[0] === "not-for") {
    const name = words.shift() === "for" ? "Principal" : "NotPrincipal";
    statement[name] = readPrincipals(words.shift() ?? "");
  }
  const not = words[0] === "not";
  if (not) words.shift();
  statement[not ? "NotAction" : "Action"] = (words.shift() ?? "").split(",");
  if (kind !== "trust") {
    const on = words.shift();
    if (on !== "on" && on !== "not-on") throw new Error(`${where}: "on" is missing`);
    statement[on === "on" ? "Resource" : "NotResource"] = (words.shift() ?? "").split(",").map(unmark);
  }
  const conditions: Record<string, Record<string, readonly string[]>> = {};
  while (words.length > 0) {
    const [word, operator = "", key = "", values = ""] = words.splice(0, 4);
    if (word !== "if") throw new Error(`${where}: "if" is missing`);
    conditions[operator] = { ...conditions[operator], [unmark(key)]: readValues(values) };
  }
  if (Object.keys(conditions).length > 0) statement.Condition = conditions;
  return statement;
}

/** Blanks and commas within a word are written `_SPACE_` and `_COMMA_`. */
const unmark = (text: string): string => text.replaceAll("_SPACE_", " ").replaceAll("_COMMA_", ",");

function readPrincipals(text: string): unknown {
  if (text === "*") return "*";
  const lists: Record<string, string[]> = {};
  const names: Readonly<Record<string, string>> = { aws: "AWS", service: "Service", federated: "Federated" };
  for (const one of text.split(",")) {
    const name = names[one.slice(0, one.indexOf(":"))] ?? one;
    lists[name] = [...(lists[name] ?? []), one.slice(one.indexOf(":") + 1)];
  }
  return lists;
}

function readValues(text: string): readonly string[] {
  return text === "[]" ? [] : text.split("|").map((value) => (value === '""' ? "" : unmark(value)));
}

function readContext(text: string, where: string): Readonly<Record<string, string | readonly string[]>> {
  const context: Record<string, string | readonly string[]> = {};
  for (const entry of text.split("; ").filter((one) => one !== "")) {
    const equals = entry.indexOf("=");
    if (equals < 0) throw new Error(`${where}: a context is written key=value`);
    const [key, value] = [entry.slice(0, equals), entry.slice(equals + 1)];
    context[key] = value.includes("|") || value === "[]" ? readValues(value) : value === '""' ? "" : value;
  }
  return context;
}

/** `user NAME`, `session ROLE/NAME`, `federated NAME of USER`, `root`; before them `ACCOUNT`. Or `service`, `web`, `anonymous`. */
function whoIs(text: string, where: string): Requester {
  const [, given, kind, name = "", issuer = ""] = /^(?:(\d{12}) )?(\S+)(?: (\S+))?(?: of (\S+))?$/.exec(text) ?? [];
  const account = given ?? HOME;
  switch (kind) {
    case "root":
      return { kind, account, arn: `arn:aws:iam::${account}:root` };
    case "user":
      return { kind, account, arn: `arn:aws:iam::${account}:user/${name}`, id: `AIDA${name.toUpperCase()}` };
    case "session": {
      const [role = "", session = ""] = name.split("/");
      return {
        kind: "role-session",
        account,
        arn: `arn:aws:sts::${account}:assumed-role/${role}/${session}`,
        roleArn: `arn:aws:iam::${account}:role/${role}`,
        roleId: `AROA${role.toUpperCase()}`,
      };
    }
    case "federated":
      return {
        kind: "federated-user",
        account,
        arn: `arn:aws:sts::${account}:federated-user/${name}`,
        issuerArn: `arn:aws:iam::${account}:user/${issuer}`,
      };
    case "service":
      return { kind, name };
    case "web":
      return { kind: "web-identity", provider: name };
    case "anonymous":
      return { kind };
    default:
      throw new Error(`${where}: nobody is called "${text}"`);
  }
}
