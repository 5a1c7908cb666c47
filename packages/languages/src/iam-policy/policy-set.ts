import type { PolicyKind } from "./parse.ts";

/** Where a policy comes from, for decisions and texts. */
export interface PolicyOrigin {
  readonly kind: PolicyKind;
  /** The policy's name, or for a resource policy its resource. */
  readonly name: string;
  /** Of a managed policy. */
  readonly arn?: string;
  /** For an inline policy or one of a group: what it is attached to, as an ARN. */
  readonly attachedTo?: string;
}

/** Policies of one kind that hold together, such as all identity policies of a user: compiled once, asked often. */
export interface PolicySet {
  readonly origins: readonly PolicyOrigin[];
}
