export const sts = [
  "AssumeRole",
  "AssumeRoleWithWebIdentity",
  "DecodeAuthorizationMessage",
  "GetAccessKeyInfo",
  "GetCallerIdentity",
  "GetFederationToken",
  "GetSessionToken",
] as const;
