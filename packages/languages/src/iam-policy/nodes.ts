/** What a policy document parses to. Nodes are frozen; offsets are UTF-16 positions in the document, end exclusive. */

export type PolicyVersion = "2012-10-17" | "2008-10-17";

export interface Policy {
  /** Variables such as `${aws:username}` mean something from 2012-10-17 on; before, they are plain text. */
  readonly version: PolicyVersion;
  readonly id: string | undefined;
  readonly statements: readonly Statement[];
}

export interface Statement {
  /** From 0. */
  readonly index: number;
  readonly sid: string | undefined;
  readonly effect: "Allow" | "Deny";
  /** Undefined in identity policies. */
  readonly principal: PrincipalNode | undefined;
  readonly actions: ActionsNode;
  /** Undefined in trust policies, which belong to one resource. */
  readonly resources: ResourcesNode | undefined;
  readonly conditions: readonly ConditionNode[];
  readonly start: number;
  readonly end: number;
}

export interface PrincipalNode {
  /** `NotPrincipal`. */
  readonly not: boolean;
  /** `"*"` or `{"AWS": "*"}`. */
  readonly everyone: boolean;
  readonly aws: readonly string[];
  readonly services: readonly string[];
  readonly federated: readonly string[];
  readonly canonicalUsers: readonly string[];
}

export interface ActionsNode {
  /** `NotAction`. */
  readonly not: boolean;
  readonly patterns: readonly string[];
}

export interface ResourcesNode {
  /** `NotResource`. */
  readonly not: boolean;
  readonly patterns: readonly string[];
}

export interface ConditionNode {
  /** As written, such as `ForAnyValue:StringLikeIfExists`. */
  readonly text: string;
  /** Its last part, such as `StringLike`. */
  readonly operator: OperatorName;
  readonly quantifier: "any" | "all" | undefined;
  readonly ifExists: boolean;
  /** As written. */
  readonly key: string;
  readonly values: readonly string[];
}

export type OperatorName =
  | "StringEquals"
  | "StringNotEquals"
  | "StringEqualsIgnoreCase"
  | "StringNotEqualsIgnoreCase"
  | "StringLike"
  | "StringNotLike"
  | "NumericEquals"
  | "NumericNotEquals"
  | "NumericLessThan"
  | "NumericLessThanEquals"
  | "NumericGreaterThan"
  | "NumericGreaterThanEquals"
  | "DateEquals"
  | "DateNotEquals"
  | "DateLessThan"
  | "DateLessThanEquals"
  | "DateGreaterThan"
  | "DateGreaterThanEquals"
  | "Bool"
  | "BinaryEquals"
  | "IpAddress"
  | "NotIpAddress"
  | "ArnEquals"
  | "ArnNotEquals"
  | "ArnLike"
  | "ArnNotLike"
  | "Null";
