/** Names of identities and policies as ARNs (IAM user guide, "IAM ARNs"). */

interface Named {
  readonly path: string;
  readonly name: string;
}

export const userArn = (account: string, { path, name }: Named): string => `arn:aws:iam::${account}:user${path}${name}`;
export const groupArn = (account: string, { path, name }: Named): string =>
  `arn:aws:iam::${account}:group${path}${name}`;
export const roleArn = (account: string, { path, name }: Named): string => `arn:aws:iam::${account}:role${path}${name}`;
export const policyArn = (account: string, { path, name }: Named): string =>
  `arn:aws:iam::${account}:policy${path}${name}`;
export const instanceProfileArn = (account: string, { path, name }: Named): string =>
  `arn:aws:iam::${account}:instance-profile${path}${name}`;
/** Serial number and ARN are one. */
export const mfaArn = (account: string, { path, name }: Named): string => `arn:aws:iam::${account}:mfa${path}${name}`;
export const oidcProviderArn = (account: string, url: string): string => `arn:aws:iam::${account}:oidc-provider/${url}`;
export const rootArn = (account: string): string => `arn:aws:iam::${account}:root`;
export const assumedRoleArn = (account: string, roleName: string, session: string): string =>
  `arn:aws:sts::${account}:assumed-role/${roleName}/${session}`;
export const federatedUserArn = (account: string, name: string): string =>
  `arn:aws:sts::${account}:federated-user/${name}`;

/** An ARN of IAM in its parts; the name is the last part of what follows the type, the path all before it with its slashes. */
export interface IamArn {
  readonly account: string;
  readonly type: string;
  readonly path: string;
  readonly name: string;
}

const IAM_ARN = /^arn:aws:iam::(\d{12}|aws):([a-z-]+)(\/(?:[^/]+\/)*)([^/]+)$/;

/** Undefined for what is none. */
export function parseIamArn(arn: string): IamArn | undefined {
  const [, account, type, path, name] = IAM_ARN.exec(arn) ?? [];
  if (account === undefined || type === undefined || path === undefined || name === undefined) return undefined;
  return { account, type, path, name };
}
