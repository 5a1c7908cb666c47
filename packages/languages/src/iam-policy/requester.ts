/**
 * Who makes a request, as policies name principals (IAM user guide, "AWS JSON policy elements: Principal").
 *
 * A session of GetSessionToken is its user (or root) and no kind of its own.
 */
export type Requester =
  | RootRequester
  | UserRequester
  | RoleSessionRequester
  | FederatedUserRequester
  | WebIdentityRequester
  | ServiceRequester
  | AnonymousRequester;

/** The root user of an account. Identity policies and boundaries do not limit it. */
export interface RootRequester {
  readonly kind: "root";
  /** Twelve digits. */
  readonly account: string;
  /** `arn:aws:iam::<account>:root` */
  readonly arn: string;
}

export interface UserRequester {
  readonly kind: "user";
  readonly account: string;
  /** `arn:aws:iam::<account>:user/<path><name>` */
  readonly arn: string;
  /** The user's unique id, `AIDA…`: a policy that names a user keeps it, so that a new user of that name gets nothing. */
  readonly id: string;
}

export interface RoleSessionRequester {
  readonly kind: "role-session";
  readonly account: string;
  /** `arn:aws:sts::<account>:assumed-role/<role>/<session>` */
  readonly arn: string;
  /** `arn:aws:iam::<account>:role/<path><name>` */
  readonly roleArn: string;
  /** The role's unique id, `AROA…`. */
  readonly roleId: string;
}

/** A session of GetFederationToken. */
export interface FederatedUserRequester {
  readonly kind: "federated-user";
  readonly account: string;
  /** `arn:aws:sts::<account>:federated-user/<name>` */
  readonly arn: string;
  /** Who called GetFederationToken: a user's ARN, or the account's root. */
  readonly issuerArn: string;
}

/** Who shows a token of an identity provider to AssumeRoleWithWebIdentity or AssumeRoleWithSAML, and has no account. */
export interface WebIdentityRequester {
  readonly kind: "web-identity";
  /** As trust policies name it: the provider's ARN. */
  readonly provider: string;
}

export interface ServiceRequester {
  readonly kind: "service";
  /** Such as `cloudwatch.amazonaws.com`. */
  readonly name: string;
}

/** A request without signature. */
export interface AnonymousRequester {
  readonly kind: "anonymous";
}

/** The account that a requester belongs to; undefined for those that have none. */
export function accountOf(requester: Requester): string | undefined {
  return "account" in requester ? requester.account : undefined;
}

/** How texts for people name the requester. */
export function nameOf(requester: Requester): string {
  switch (requester.kind) {
    case "web-identity":
      return requester.provider;
    case "service":
      return requester.name;
    case "anonymous":
      return "anonymous";
    default:
      return requester.arn;
  }
}
