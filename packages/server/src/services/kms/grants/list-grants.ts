import type { GrantListEntry } from "@aws-sdk/client-kms";
import type { Resource } from "../../../platform/state/state.ts";
import { requireNamedKey } from "../keys/find-key.ts";
import { keyArn } from "../keys/key.ts";
import { callerOf, type KmsOperation } from "../operation.ts";
import { pageOf, readMarker } from "../page-marker.ts";
import { GRANT_KIND, type Grant, grantIdOf, grantsOf } from "./grant.ts";

const DEFAULT_LIMIT = 50;

export const listGrants: KmsOperation<"ListGrants"> = async (input, call, deps) => {
  const caller = callerOf(call);
  const finding = { state: deps.state, now: deps.clock.now() };
  const { key } = requireNamedKey(finding, caller, input.KeyId, { aliases: false, otherAccounts: true });
  deps.access.require(caller, key, "ListGrants", {});
  const after = readMarker(caller, input.Marker);
  const grantee = input.GranteePrincipal ?? input.GranteeServicePrincipal;
  const found = grantsOf(deps.state, key).filter(
    (grant) =>
      grant.ref.key > after &&
      (input.GrantId === undefined || grantIdOf(grant) === input.GrantId) &&
      (grantee === undefined || grant.document.grantee === grantee),
  );
  const { items, ...page } = pageOf(found, input.Limit ?? DEFAULT_LIMIT, ({ ref }) => ref.key);
  return { Grants: items.map(entryOf), ...page };
};

/** Those of the caller's account and region that a principal may retire. */
export const listRetirableGrants: KmsOperation<"ListRetirableGrants"> = async (input, call, deps) => {
  const caller = callerOf(call);
  const retiring = input.RetiringPrincipal ?? input.RetiringServicePrincipal;
  if (retiring === undefined) throw caller.refuse("ValidationException", "RetiringPrincipal is required.");
  deps.access.requireForAccount(caller, "ListRetirableGrants");
  const after = readMarker(caller, input.Marker);
  const { account, region } = caller;
  const found = deps.state
    .list<Grant>({ kind: GRANT_KIND, account, region, after })
    .filter(({ document }) => document.retiring === retiring);
  const { items, ...page } = pageOf(found, input.Limit ?? DEFAULT_LIMIT, ({ ref }) => ref.key);
  return { Grants: items.map(entryOf), ...page };
};

function entryOf(grant: Resource<Grant>): GrantListEntry {
  const { grantee, retiring, operations, constraints, name, issuingAccount, createdAt } = grant.document;
  const service = (principal: string) => principal.endsWith(".amazonaws.com");
  return {
    KeyId: keyArn(grant.ref, grant.ref.key.slice(0, grant.ref.key.indexOf(":"))),
    GrantId: grantIdOf(grant),
    Name: name ?? "",
    CreationDate: new Date(createdAt),
    GranteePrincipal: grantee,
    ...(service(grantee) && { GranteeServicePrincipal: grantee }),
    ...(retiring !== undefined && { RetiringPrincipal: retiring }),
    ...(retiring !== undefined && service(retiring) && { RetiringServicePrincipal: retiring }),
    IssuingAccount: `arn:aws:iam::${issuingAccount}:root`,
    Operations: [...operations],
    ...(constraints !== undefined && { Constraints: constraints }),
  };
}
