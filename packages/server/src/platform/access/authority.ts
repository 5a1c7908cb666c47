import {
  type AccessRequest,
  type ContextValues,
  contextOf,
  type Decision,
  denialText,
  evaluate,
  explain,
  nameOf,
  type PolicySet,
  type RequestContext,
} from "@nephoscope/languages/iam-policy";
import type { Principal } from "@nephoscope/wire";
import type { Need, ResourceFacts } from "./need.ts";
import { globalKeys, type RequestFacts, sessionContext } from "./request-keys.ts";
import { policiesOf, requesterOf } from "./requester.ts";
import { missedOf, nameOfOrigin, noteOf, type Ruling } from "./ruling.ts";
import type { Rulings } from "./rulings.ts";

/** Who asks for what. A call of the wire has all of the first part. */
export interface AccessQuestion {
  readonly principal: Principal;
  readonly account: string;
  readonly region: string;
  readonly sourceIp?: string | undefined;
  readonly userAgent?: string | undefined;
  /** The call under whose record the decision goes; undefined for what no call asked for. */
  readonly requestId?: string | undefined;
  /** A service that works for the principal, such as `sns`. */
  readonly via?: string | undefined;
  /** For requests of services: the resource for which they act, and its account (confused deputy). */
  readonly sourceArn?: string | undefined;
  readonly sourceAccount?: string | undefined;
  readonly need: Need;
  /** Undefined for a resource that is not there: it counts as one of the account that its ARN names, or of the caller's. */
  readonly facts?: ResourceFacts | undefined;
}

export type Answer =
  | { readonly allowed: true; readonly decision: Decision }
  | {
      readonly allowed: false;
      readonly decision: Exclude<Decision, { outcome: "allowed" }>;
      /** AWS's text. */
      readonly message: string;
    };

/** Decides on every request, and notes what decided. */
export interface Authority {
  /** Decides, and notes the decision under the question's call. */
  ask(question: AccessQuestion): Answer;
  /** Decides as `ask` and notes nothing: for a service that has further grounds to allow, such as grants or access lists. */
  weigh(question: AccessQuestion): Answer;
  /** Notes an answer of `weigh` that stands. */
  note(question: AccessQuestion, answer: Answer): void;
  /** Notes what a service allowed by other grounds than policies, such as a grant; `ground` names it. */
  noteAllowed(question: AccessQuestion, ground: string): void;
}

export interface AuthorityOptions {
  readonly rulings: Rulings;
  readonly now: () => number;
  /** Whether callers reach the server through TLS. */
  readonly secure: () => boolean;
}

export function createAuthority({ rulings, now, secure }: AuthorityOptions): Authority {
  const requestOf = (question: AccessQuestion, resource: string): AccessRequest => {
    const { principal, account, need, facts } = question;
    const requester = requesterOf(principal, account);
    const resourceAccount = facts?.account ?? accountIn(resource) ?? account;
    // Most policies look at no condition key, so the keys are gathered when the first one is asked for.
    let gathered: RequestContext | undefined;
    const gather = (): RequestContext => {
      const request: RequestFacts = {
        principal,
        requester,
        region: question.region,
        sourceIp: question.sourceIp,
        userAgent: question.userAgent,
        now: now(),
        secure: secure(),
        via: question.via,
        sourceArn: question.sourceArn,
        sourceAccount: question.sourceAccount,
      };
      return contextOf(
        globalKeys(request),
        { "aws:ResourceAccount": resourceAccount },
        need.keys ?? {},
        facts?.keys ?? {},
        resourceTags(facts?.tags),
        sessionContext(principal),
      );
    };
    return {
      requester,
      policies: policiesOf(principal),
      action: need.action,
      resource,
      resourceAccount,
      resourcePolicy: facts?.policy,
      resourcePolicyRequired: facts?.policyRequired,
      context: {
        value(key) {
          gathered ??= gather();
          return gathered.value(key);
        },
      },
    };
  };

  const answerOf = (request: AccessRequest, need: Need): Answer => {
    const first = evaluate(request);
    const decision = need.also === undefined ? first : either(first, evaluate({ ...request, resource: need.also }));
    if (decision.outcome === "allowed") return { allowed: true, decision };
    const message = denialText(request.requester, need.action, need.resource, decision);
    return { allowed: false, decision, message };
  };

  const weigh = (question: AccessQuestion): Answer =>
    answerOf(requestOf(question, question.need.resource), question.need);

  const note = (question: AccessQuestion, answer: Answer): void => {
    const { requestId, need } = question;
    if (requestId === undefined) return;
    const { decision } = answer;
    const ruling: Ruling = {
      action: need.action,
      resource: need.resource,
      outcome: decision.outcome,
      statements: decision.statements.map(noteOf),
    };
    rulings.note(requestId, answer.allowed ? ruling : { ...ruling, denial: denialOf(question, answer) });
  };

  const denialOf = (question: AccessQuestion, answer: Extract<Answer, { allowed: false }>) => {
    const request = requestOf(question, question.need.resource);
    const { identity, boundary, session } = request.policies;
    const sets: readonly (PolicySet | undefined)[] = [identity, boundary, session, request.resourcePolicy];
    return {
      by: answer.decision.kind,
      principal: nameOf(request.requester),
      ...(question.via !== undefined && { via: question.via }),
      asked: sets.flatMap((set) => set?.origins.map(nameOfOrigin) ?? []),
      missed: missedOf(explain(request)),
    };
  };

  return {
    weigh,
    note,
    ask(question) {
      const answer = weigh(question);
      note(question, answer);
      return answer;
    },
    noteAllowed({ requestId, need: { action, resource } }, ground) {
      if (requestId === undefined) return;
      const statement = { kind: "other", policy: ground, statement: 0, effect: "Allow" };
      rulings.note(requestId, { action, resource, outcome: "allowed", statements: [statement] });
    },
  };
}

/** Of a resource that has two names: a denial of one counts, and so does an allowance. */
function either(one: Decision, other: Decision): Decision {
  if (one.outcome === "explicit-deny" || other.outcome === "explicit-deny") {
    return one.outcome === "explicit-deny" ? one : other;
  }
  return one.outcome === "allowed" ? one : other.outcome === "allowed" ? other : one;
}

/** The account that an ARN names. */
export function accountIn(arn: string): string | undefined {
  const account = arn.startsWith("arn:") ? arn.split(":", 5)[4] : undefined;
  return account !== undefined && /^\d{12}$/.test(account) ? account : undefined;
}

const resourceTags = (tags: Readonly<Record<string, string>> | undefined): ContextValues =>
  tags === undefined
    ? {}
    : Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]));

/** A service as a principal, such as `sns.amazonaws.com`. */
export const servicePrincipal = (name: string): Principal => ({ type: "AWSService", arn: name, principalId: name });
