/** An access list as it is kept. It names accounts by their canonical ids. */
export interface Acl {
  /** The canonical id of who owns the bucket or object. */
  readonly owner: string;
  readonly grants: readonly Grant[];
}

export interface Grant {
  readonly grantee: { readonly id: string } | { readonly group: Group };
  readonly permission: Permission;
}

export type Group = "AllUsers" | "AuthenticatedUsers" | "LogDelivery";
export type Permission = "FULL_CONTROL" | "READ" | "WRITE" | "READ_ACP" | "WRITE_ACP";
