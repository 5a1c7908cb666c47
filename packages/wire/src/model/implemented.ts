import { cloudwatch } from "./implemented/cloudwatch.ts";
import { cloudwatchLogs } from "./implemented/cloudwatch-logs.ts";
import { ec2 } from "./implemented/ec2.ts";
import { iam } from "./implemented/iam.ts";
import { kms } from "./implemented/kms.ts";
import { organizations } from "./implemented/organizations.ts";
import { rds } from "./implemented/rds.ts";
import { s3 } from "./implemented/s3.ts";
import { s3Control } from "./implemented/s3-control.ts";
import { sns } from "./implemented/sns.ts";
import { sqs } from "./implemented/sqs.ts";
import { ssm } from "./implemented/ssm.ts";
import { sts } from "./implemented/sts.ts";

/**
 * The operations Nephoscope implements, by service, each service's in a file of its own. The names of the services are those of the
 * SDK's packages (`@aws-sdk/client-<name>`). `scripts/gen-wire.ts` writes one snapshot for each service listed here; to add an
 * operation, add its name to the service's file and run `npm run gen:wire`.
 */
export const implemented = {
  cloudwatch,
  "cloudwatch-logs": cloudwatchLogs,
  ec2,
  iam,
  kms,
  organizations,
  rds,
  s3,
  "s3-control": s3Control,
  sns,
  sqs,
  ssm,
  sts,
} as const;

export type ServiceName = keyof typeof implemented;
