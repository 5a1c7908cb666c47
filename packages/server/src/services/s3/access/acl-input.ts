import { malformed, notImplemented, refusal } from "../failures.ts";
import { type Acl, canonicalId, type Grant, type Grantee, groupOf, PERMISSIONS, type Permission } from "./acl.ts";

/** How calls give an access list: a canned one, grants in headers, or a document. */
export interface AclInput {
  readonly ACL?: string | undefined;
  readonly GrantFullControl?: string | undefined;
  readonly GrantRead?: string | undefined;
  readonly GrantWrite?: string | undefined;
  readonly GrantReadACP?: string | undefined;
  readonly GrantWriteACP?: string | undefined;
}

export interface AclDocument {
  readonly Owner?: { readonly ID?: string | undefined } | undefined;
  readonly Grants?:
    | readonly {
        readonly Grantee?:
          | {
              readonly Type?: string | undefined;
              readonly ID?: string | undefined;
              readonly URI?: string | undefined;
              readonly EmailAddress?: string | undefined;
            }
          | undefined;
        readonly Permission?: string | undefined;
      }[]
    | undefined;
}

/** S3 user guide, "Access control list (ACL) overview": grants in one list. */
const MAX_GRANTS = 100;
/** The account that `aws-exec-read` names: that of EC2, from where images are read. */
const EC2_ID = "6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c";

const granted = (input: AclInput): readonly (readonly [Permission, string | undefined])[] => [
  ["FULL_CONTROL", input.GrantFullControl],
  ["READ", input.GrantRead],
  ["WRITE", input.GrantWrite],
  ["READ_ACP", input.GrantReadACP],
  ["WRITE_ACP", input.GrantWriteACP],
];

/** Whether a call says anything of an access list. */
export const givesAcl = (input: AclInput): boolean =>
  input.ACL !== undefined || granted(input).some(([, header]) => header !== undefined);

/**
 * The access list that headers give; undefined where they give none. `owner` and `bucketOwner` are accounts; of a bucket they
 * are the same.
 */
export function aclOfHeaders(input: AclInput, owner: string, bucketOwner: string): Acl | undefined {
  const headers = granted(input).filter(([, header]) => header !== undefined);
  if (input.ACL !== undefined) {
    if (headers.length > 0)
      throw refusal("InvalidRequest", "Specifying both Canned ACLs and Header Grants is not allowed");
    return canned(input.ACL, owner, bucketOwner);
  }
  if (headers.length === 0) return undefined;
  const grants = headers.flatMap(([permission, header = ""]) =>
    header
      .split(",")
      .map((text) => text.trim())
      .filter((text) => text !== "")
      .map((text): Grant => ({ grantee: granteeOfHeader(text), permission })),
  );
  return checked({ owner, grants });
}

/** `id="…"` or `uri="…"`. */
function granteeOfHeader(text: string): Grantee {
  const [, kind = "", value = ""] = /^(\w+)\s*=\s*"?([^"]*)"?$/.exec(text) ?? [];
  switch (kind.toLowerCase()) {
    case "id":
      return account(value);
    case "uri":
      return group(value);
    case "emailaddress":
      throw notImplemented("A grant to an account by its mail address");
    default:
      throw refusal("InvalidArgument", "Argument format not recognized");
  }
}

function account(id: string): Grantee {
  if (!/^[0-9a-f]{64}$/.test(id)) throw refusal("InvalidArgument", "Invalid id");
  return { id };
}

function group(uri: string): Grantee {
  const found = groupOf(uri);
  if (!found) throw refusal("InvalidArgument", "Invalid group uri");
  return { group: found };
}

function checked(acl: Acl): Acl {
  if (acl.grants.length > MAX_GRANTS)
    throw refusal("InvalidRequest", `An access list has at most ${MAX_GRANTS} grants.`);
  return acl;
}

/** S3 user guide, "Canned ACL". */
function canned(name: string, owner: string, bucketOwner: string): Acl {
  const own: Grant = { grantee: { id: canonicalId(owner) }, permission: "FULL_CONTROL" };
  const all = (permission: Permission): Grant => ({ grantee: { group: "AllUsers" }, permission });
  const theirs = (permission: Permission): readonly Grant[] =>
    owner === bucketOwner ? [] : [{ grantee: { id: canonicalId(bucketOwner) }, permission }];
  const more = ((): readonly Grant[] | undefined => {
    switch (name) {
      case "private":
        return [];
      case "public-read":
        return [all("READ")];
      case "public-read-write":
        return [all("READ"), all("WRITE")];
      case "authenticated-read":
        return [{ grantee: { group: "AuthenticatedUsers" }, permission: "READ" }];
      case "aws-exec-read":
        return [{ grantee: { id: EC2_ID }, permission: "READ" }];
      case "bucket-owner-read":
        return theirs("READ");
      case "bucket-owner-full-control":
        return theirs("FULL_CONTROL");
      case "log-delivery-write":
        return [
          { grantee: { group: "LogDelivery" }, permission: "WRITE" },
          { grantee: { group: "LogDelivery" }, permission: "READ_ACP" },
        ];
      default:
        return undefined;
    }
  })();
  if (!more) throw refusal("InvalidArgument", `The canned access list '${name.slice(0, 60)}' is not known.`);
  return { owner, grants: [own, ...more] };
}

/** A list as a document gives it, whose owner must be the one that is. */
export function aclOfDocument(document: AclDocument, owner: string): Acl {
  if (document.Owner?.ID !== undefined && document.Owner.ID !== canonicalId(owner))
    throw refusal("InvalidArgument", "Invalid id");
  const grants = (document.Grants ?? []).map(({ Grantee: given, Permission: name }): Grant => {
    const permission = PERMISSIONS.find((known) => known === name);
    if (!given || !permission) throw malformed();
    if (given.EmailAddress !== undefined) throw notImplemented("A grant to an account by its mail address");
    if (given.URI !== undefined) return { grantee: group(given.URI), permission };
    if (given.ID === undefined) throw malformed();
    return { grantee: account(given.ID), permission };
  });
  return checked({ owner, grants });
}
