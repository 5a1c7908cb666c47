import type { PolicySourceType } from "@aws-sdk/client-iam";
import {
  compilePolicy,
  type Policy,
  type PolicyKind,
  type PolicyOrigin,
  type PolicySet,
  policySet,
} from "@nephoscope/languages/iam-policy";
import { parseIamArn } from "../../../platform/identity/arns.ts";
import type { PolicyHolder } from "../../../platform/identity/documents.ts";
import type { Resource } from "../../../platform/state/state.ts";
import { readDocument } from "../documents.ts";
import type { IamCall, IamDeps } from "../operation.ts";
import { GROUPS, type Holders, ROLES, USERS } from "../policies/holders.ts";

/** A policy that takes part in a simulation: its text, and how the answer names it. */
export interface Source {
  readonly kind: PolicyKind;
  readonly id: string;
  readonly type: PolicySourceType;
  readonly document: string;
  readonly policy: Policy;
}

export function givenSources(
  call: IamCall,
  kind: PolicyKind,
  list: readonly string[] | undefined,
  name: string,
): readonly Source[] {
  return (list ?? []).map((document, at) => ({
    kind,
    id: `${name}.${at + 1}`,
    type: kind === "resource" ? "resource" : "none",
    document,
    policy: readDocument(call, document, kind),
  }));
}

/** The user, group or role whose policies are simulated. */
export interface Subject {
  readonly holders: Holders;
  readonly holder: Resource<PolicyHolder>;
  /** The groups of a user. */
  readonly groups: readonly Resource<PolicyHolder>[];
}

export function requireSubject(deps: IamDeps, call: IamCall, arn: string): Subject {
  const parts = parseIamArn(arn);
  const holders = [USERS, GROUPS, ROLES].find(({ kind }) => kind === parts?.type);
  if (parts === undefined || holders === undefined || parts.account !== call.account) {
    throw call.error(
      "InvalidInputException",
      `Invalid Entity Arn: ${arn} does not clearly define entity type and name.`,
    );
  }
  const holder = holders.read(deps, call, parts.name);
  if (holders.arn(call.account, holder.document) !== arn) {
    throw call.error("NoSuchEntityException", `The ${holders.kind} ${arn} cannot be found.`);
  }
  const { users, groups } = deps.identity.directory;
  const memberships = holders === USERS ? (users.byId(holder.document.id)?.document.groups ?? []) : [];
  return { holders, holder, groups: memberships.flatMap((id) => groups.byId(id) ?? []) };
}

/** The identity policies that hold for a subject. */
export function sourcesOf(deps: IamDeps, call: IamCall, { holders, holder, groups }: Subject): readonly Source[] {
  const held = ({ kind }: Holders, { document }: Resource<PolicyHolder>): readonly Source[] => [
    ...Object.entries(document.inline).map(
      ([name, text]): Source => ({
        kind: "identity",
        id: `${kind}_${document.name}_${name}`,
        type: kind,
        document: text,
        policy: readDocument(call, text, "identity"),
      }),
    ),
    ...document.attached.flatMap((arn) => managedSource(deps, call, arn, "identity")),
  ];
  return [...held(holders, holder), ...groups.flatMap((group) => held(GROUPS, group))];
}

export function managedSource(deps: IamDeps, call: IamCall, arn: string, kind: PolicyKind): readonly Source[] {
  const found = deps.identity.sources.managed(arn);
  if (found === undefined) return [];
  return [
    {
      kind,
      id: found.name,
      type: parseIamArn(arn)?.account === "aws" ? "aws-managed" : "user-managed",
      document: found.document,
      policy: readDocument(call, found.document, kind),
    },
  ];
}

/** Sets of sources, with a way back from a statement's origin to its text. */
export function compileSources() {
  const texts = new Map<PolicyOrigin, Source>();
  return {
    set(sources: readonly Source[]): PolicySet {
      return policySet(
        sources.map((source) => {
          const compiled = compilePolicy(source.policy, { kind: source.kind, name: source.id });
          texts.set(compiled.origin, source);
          return compiled;
        }),
      );
    },
    sourceOf: (origin: PolicyOrigin): Source | undefined => texts.get(origin),
  };
}
