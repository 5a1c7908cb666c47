/**
 * The error code under which a service reports input that breaks a constraint. The message has the same form everywhere;
 * the codes follow public issue reports. A service that is not listed says `ValidationException`.
 */
const CODES: Readonly<Record<string, string>> = {
  "cloudwatch-logs": "InvalidParameterException",
  cloudwatch: "ValidationError",
  sts: "ValidationError",
  iam: "ValidationError",
  rds: "ValidationError",
  sns: "ValidationError",
  s3: "InvalidArgument",
  ec2: "InvalidParameterValue",
};

export const validationCode = (service: string): string => CODES[service] ?? "ValidationException";
