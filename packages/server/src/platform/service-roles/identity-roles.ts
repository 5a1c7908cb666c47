import {
  contextOf,
  denialText,
  evaluate,
  NO_OWN_POLICIES,
  policySet,
  type Requester,
} from "@nephoscope/languages/iam-policy";
import type { Principal } from "@nephoscope/wire";
import { roleArn as arnOfRole, parseIamArn } from "../identity/arns.ts";
import { keyOfName } from "../identity/directory.ts";
import type { Identity } from "../identity/identity.ts";
import { compileTrust } from "../identity/trust.ts";
import type { RoleQuestion, ServiceRoles } from "./service-roles.ts";

/** Roles as IAM keeps them: the service must be trusted to assume the role, and the role's policies must allow what it is for. */
export function identityRoles(identity: Identity): ServiceRoles {
  return {
    refusal(question) {
      const { account, roleArn, service, sourceArn, actions, resource } = question;
      const parts = parseIamArn(roleArn);
      const role =
        parts?.type === "role" && parts.account === account
          ? identity.directory.roles.get(account, keyOfName(parts.name))
          : undefined;
      if (role === undefined || arnOfRole(account, role.document) !== roleArn)
        return `the role ${roleArn} does not exist in this account.`;
      if (!trusts(identity, role, service, sourceArn))
        return `its trust policy does not let ${service} assume it. It needs the action sts:AssumeRole for the principal {"Service": "${service}"}.`;
      return missingRight(identity, role, { account, roleArn, service, actions, resource });
    },
  };
}

type RoleResource = NonNullable<ReturnType<Identity["directory"]["roles"]["byId"]>>;

/** Whether the role's trust policy lets the service assume it. */
function trusts(identity: Identity, role: RoleResource, service: string, sourceArn: string | undefined): boolean {
  const { account } = role.ref;
  const decision = evaluate({
    requester: { kind: "service", name: service },
    policies: NO_OWN_POLICIES,
    action: "sts:AssumeRole",
    resource: arnOfRole(account, role.document),
    resourceAccount: account,
    resourcePolicy: policySet([compileTrust(identity.sources, role)]),
    resourcePolicyRequired: true,
    context: contextOf({ "aws:SourceAccount": account, "aws:SourceArn": sourceArn }),
  });
  return decision.outcome === "allowed";
}

const HOSTS_SERVICE = "ssm.amazonaws.com";

/** A session of the role that a host was registered with: undefined also where the role does not trust Systems Manager, which gives it to hosts. */
export function hostRoleSessionOf(
  identity: Identity,
  { account, region, id }: { readonly account: string; readonly region: string; readonly id: string },
  role: string,
  now: number,
): Principal | undefined {
  const found = identity.directory.roles.get(account, keyOfName(role));
  const hostArn = `arn:aws:ssm:${region}:${account}:managed-instance/${id}`;
  if (found === undefined || !trusts(identity, found, HOSTS_SERVICE, hostArn)) return undefined;
  return roleSessionOf(identity, account, role, id, now);
}

/** A session of a role as a caller, for who works under it without having assumed it; undefined when there is no such role. */
export function roleSessionOf(
  { directory, callers }: Identity,
  account: string,
  role: string,
  name: string,
  now: number,
): Principal | undefined {
  const found = directory.roles.get(account, keyOfName(role));
  if (found === undefined) return undefined;
  const of = { kind: "role", id: found.document.id } as const;
  return callers.roleSession(found, { of, account, name, secret: "", issuedAt: now, expiresAt: now });
}

function missingRight(
  identity: Identity,
  role: RoleResource,
  { account, roleArn, service, actions, resource }: RoleQuestion,
): string | undefined {
  const requester: Requester = {
    kind: "role-session",
    account,
    arn: `arn:aws:sts::${account}:assumed-role/${role.document.name}/${service.replace(/\..*/, "")}`,
    roleArn,
    roleId: role.document.id,
  };
  const policies = identity.callers.policiesOfRole(role);
  for (const action of actions) {
    const decision = evaluate({
      requester,
      policies,
      action,
      resource,
      resourceAccount: account,
      context: contextOf({}),
    });
    if (decision.outcome !== "allowed") return denialText(requester, action, resource, decision);
  }
  return undefined;
}
