import assert from "node:assert/strict";
import { test } from "node:test";
import { compilePolicy, contextOf, evaluate, parsePolicy, policySet } from "@nephoscope/languages/iam-policy";
import { readManagedPolicies } from "./managed-policies.ts";

const policies = readManagedPolicies((name) => name);
const user = { kind: "user", account: "123456789012", arn: "arn:aws:iam::123456789012:user/ann", id: "AIDAX" } as const;

/** What a user with this policy alone may do. */
function may(name: string, action: string, resource = "*"): boolean {
  const policy = policies.list.find((one) => one.name === name) ?? assert.fail(`no ${name}`);
  const identity = policySet([compilePolicy(parsePolicy(policy.document, "identity"), { kind: "identity", name })]);
  const context = contextOf({ "aws:username": "ann" });
  return evaluate({ requester: user, policies: { identity }, action, resource, context }).outcome === "allowed";
}

test("every policy can be read, has AWS's form of ARN, and a description", () => {
  assert.ok(policies.list.length >= 40);
  for (const { arn, document, description, path, version, updatedAt } of policies.list) {
    parsePolicy(document, "identity");
    assert.match(arn, /^arn:aws:iam::aws:policy\/(?:service-role\/|job-function\/)?[A-Za-z0-9_]+$/);
    assert.match(path, /^\/(?:.+\/)?$/);
    assert.match(version, /^v\d+$/);
    assert.ok(description.length > 10 && description.length < 200 && updatedAt > 0, arn);
  }
});

test("each lets its holders do what it is for, and no more", () => {
  const log = "arn:aws:logs:us-east-1:123456789012:log-group:g:*";
  const cases: readonly (readonly [name: string, action: string, resource: string, allowed: boolean])[] = [
    ["AdministratorAccess", "iam:DeleteUser", "*", true],
    ["PowerUserAccess", "logs:DeleteLogGroup", log, true],
    ["PowerUserAccess", "iam:CreateUser", "*", false],
    ["PowerUserAccess", "iam:ListRoles", "*", true],
    ["ReadOnlyAccess", "logs:GetLogEvents", log, true],
    ["ReadOnlyAccess", "s3:GetObject", "arn:aws:s3:::b/k", true],
    ["ReadOnlyAccess", "logs:PutLogEvents", log, false],
    ["ReadOnlyAccess", "kms:Decrypt", "*", false],
    ["ViewOnlyAccess", "s3:GetObject", "arn:aws:s3:::b/k", false],
    ["ViewOnlyAccess", "logs:DescribeLogGroups", "*", true],
    ["SecurityAudit", "s3:GetBucketPolicy", "arn:aws:s3:::b", true],
    ["SecurityAudit", "s3:GetObject", "arn:aws:s3:::b/k", false],
    ["SecurityAudit", "logs:GetLogEvents", log, false],
    ["SecurityAudit", "iam:GetAccountAuthorizationDetails", "*", true],
    ["SecurityAudit", "iam:CreateUser", "*", false],
    ["CloudWatchAgentServerPolicy", "logs:PutLogEvents", log, true],
    ["CloudWatchAgentServerPolicy", "cloudwatch:PutMetricData", "*", true],
    ["CloudWatchAgentServerPolicy", "logs:GetLogEvents", log, false],
    [
      "CloudWatchAgentServerPolicy",
      "ssm:GetParameter",
      "arn:aws:ssm:us-east-1:123456789012:parameter/AmazonCloudWatch-linux",
      true,
    ],
    ["CloudWatchAgentServerPolicy", "ssm:GetParameter", "arn:aws:ssm:us-east-1:123456789012:parameter/password", false],
    [
      "CloudWatchAgentServerPolicy",
      "ssm:PutParameter",
      "arn:aws:ssm:us-east-1:123456789012:parameter/AmazonCloudWatch-linux",
      false,
    ],
    [
      "CloudWatchAgentAdminPolicy",
      "ssm:PutParameter",
      "arn:aws:ssm:us-east-1:123456789012:parameter/AmazonCloudWatch-linux",
      true,
    ],
    ["CloudWatchReadOnlyAccess", "cloudwatch:GetMetricData", "*", true],
    ["CloudWatchReadOnlyAccess", "cloudwatch:PutMetricAlarm", "*", false],
    ["CloudWatchLogsFullAccess", "logs:DeleteLogGroup", log, true],
    ["CloudWatchLogsFullAccess", "s3:GetObject", "arn:aws:s3:::b/k", false],
    ["CloudWatchLogsReadOnlyAccess", "logs:StartQuery", log, true],
    ["CloudWatchLogsReadOnlyAccess", "logs:DeleteLogGroup", log, false],
    ["AWSCloudTrail_FullAccess", "cloudtrail:CreateTrail", "*", true],
    ["AWSCloudTrail_FullAccess", "s3:PutBucketPolicy", "arn:aws:s3:::other", false],
    ["AWSCloudTrail_ReadOnlyAccess", "cloudtrail:LookupEvents", "*", true],
    ["AWSCloudTrail_ReadOnlyAccess", "cloudtrail:StopLogging", "*", false],
    ["AmazonSSMManagedInstanceCore", "ssm:UpdateInstanceInformation", "*", true],
    ["AmazonSSMManagedInstanceCore", "ssm:SendCommand", "*", false],
    ["AmazonS3ReadOnlyAccess", "s3:PutObject", "arn:aws:s3:::b/k", false],
    ["IAMReadOnlyAccess", "iam:GetUser", "*", true],
    ["IAMReadOnlyAccess", "iam:CreateAccessKey", "*", false],
    ["IAMUserChangePassword", "iam:ChangePassword", user.arn, true],
    ["IAMUserChangePassword", "iam:ChangePassword", "arn:aws:iam::123456789012:user/bob", false],
  ];
  for (const [name, action, resource, allowed] of cases) {
    assert.equal(may(name, action, resource), allowed, `${name}: ${action} on ${resource}`);
  }
});
