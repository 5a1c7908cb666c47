/** The services whose scenarios are played: a folder of scenarios each, and what the clients call them. */

import type { Fields, Value } from "./value.ts";

/** What undoes a call that made something, so that a run leaves nothing at the endpoint. */
export interface Undo {
  readonly operation: string;
  readonly input: Fields;
}

export interface ServiceLine {
  /** boto3's name of the client, which is the command of the AWS CLI too. */
  readonly python: string;
  /** The command of the AWS CLI, where it has another name. */
  readonly cli?: string;
  /** The client's package of the JavaScript SDK, `@aws-sdk/client-<js>`. */
  readonly js: string;
  /** By operation: how to remove what its answer says was made. */
  readonly undo: Readonly<Record<string, (input: Fields, output: Fields) => readonly Undo[]>>;
}

const memberOf = (value: Value, name: string): string =>
  typeof value === "object" && value !== null ? String(Reflect.get(value, name) ?? "") : "";

/** By the name of the folder. To play a new service add its line, its folder, and its client to package.json. */
export const services = {
  logs: {
    python: "logs",
    js: "cloudwatch-logs",
    undo: {
      // Either may be refused: the scenario may have deleted the group, or never protected it.
      CreateLogGroup: ({ logGroupName = "" }): readonly Undo[] => [
        {
          operation: "PutLogGroupDeletionProtection",
          input: { logGroupIdentifier: logGroupName, deletionProtectionEnabled: false },
        },
        { operation: "DeleteLogGroup", input: { logGroupName } },
      ],
      PutDestination: ({ destinationName = "" }) => [{ operation: "DeleteDestination", input: { destinationName } }],
    },
  },
  monitoring: {
    python: "cloudwatch",
    js: "cloudwatch",
    undo: {
      PutMetricAlarm: ({ AlarmName = "" }) => [{ operation: "DeleteAlarms", input: { AlarmNames: [AlarmName] } }],
      PutCompositeAlarm: ({ AlarmName = "" }) => [{ operation: "DeleteAlarms", input: { AlarmNames: [AlarmName] } }],
      PutAlarmMuteRule: ({ Name = "" }) => [{ operation: "DeleteAlarmMuteRule", input: { AlarmMuteRuleName: Name } }],
      PutDashboard: ({ DashboardName = "" }) => [
        { operation: "DeleteDashboards", input: { DashboardNames: [DashboardName] } },
      ],
    },
  },
  iam: {
    python: "iam",
    js: "iam",
    // What was made last goes first: keys, policies and memberships before those who have them.
    undo: {
      CreateUser: ({ UserName = "" }) => [{ operation: "DeleteUser", input: { UserName } }],
      CreateGroup: ({ GroupName = "" }) => [{ operation: "DeleteGroup", input: { GroupName } }],
      CreateRole: ({ RoleName = "" }) => [{ operation: "DeleteRole", input: { RoleName } }],
      CreatePolicy: (_, { Policy = {} }) => [
        { operation: "DeletePolicy", input: { PolicyArn: memberOf(Policy, "Arn") } },
      ],
      CreatePolicyVersion: ({ PolicyArn = "" }, { PolicyVersion = {} }) => [
        {
          operation: "DeletePolicyVersion",
          input: { PolicyArn, VersionId: memberOf(PolicyVersion, "VersionId") },
        },
      ],
      CreateAccessKey: ({ UserName = "" }, { AccessKey = {} }) => [
        { operation: "DeleteAccessKey", input: { UserName, AccessKeyId: memberOf(AccessKey, "AccessKeyId") } },
      ],
      CreateLoginProfile: ({ UserName = "" }) => [{ operation: "DeleteLoginProfile", input: { UserName } }],
      CreateInstanceProfile: ({ InstanceProfileName = "" }) => [
        { operation: "DeleteInstanceProfile", input: { InstanceProfileName } },
      ],
      AddRoleToInstanceProfile: ({ InstanceProfileName = "", RoleName = "" }) => [
        { operation: "RemoveRoleFromInstanceProfile", input: { InstanceProfileName, RoleName } },
      ],
      CreateVirtualMFADevice: (_, { VirtualMFADevice = {} }) => [
        {
          operation: "DeleteVirtualMFADevice",
          input: { SerialNumber: memberOf(VirtualMFADevice, "SerialNumber") },
        },
      ],
      CreateOpenIDConnectProvider: (_, { OpenIDConnectProviderArn = "" }) => [
        { operation: "DeleteOpenIDConnectProvider", input: { OpenIDConnectProviderArn } },
      ],
      AttachUserPolicy: ({ UserName = "", PolicyArn = "" }) => [
        { operation: "DetachUserPolicy", input: { UserName, PolicyArn } },
      ],
      AttachGroupPolicy: ({ GroupName = "", PolicyArn = "" }) => [
        { operation: "DetachGroupPolicy", input: { GroupName, PolicyArn } },
      ],
      AttachRolePolicy: ({ RoleName = "", PolicyArn = "" }) => [
        { operation: "DetachRolePolicy", input: { RoleName, PolicyArn } },
      ],
      PutUserPolicy: ({ UserName = "", PolicyName = "" }) => [
        { operation: "DeleteUserPolicy", input: { UserName, PolicyName } },
      ],
      PutGroupPolicy: ({ GroupName = "", PolicyName = "" }) => [
        { operation: "DeleteGroupPolicy", input: { GroupName, PolicyName } },
      ],
      PutRolePolicy: ({ RoleName = "", PolicyName = "" }) => [
        { operation: "DeleteRolePolicy", input: { RoleName, PolicyName } },
      ],
      AddUserToGroup: ({ UserName = "", GroupName = "" }) => [
        { operation: "RemoveUserFromGroup", input: { UserName, GroupName } },
      ],
    },
  },
  kms: {
    python: "kms",
    js: "kms",
    undo: {
      CreateKey: (_, { KeyMetadata = {} }) => {
        const keyId = typeof KeyMetadata === "object" && KeyMetadata !== null ? Reflect.get(KeyMetadata, "KeyId") : "";
        return [{ operation: "ScheduleKeyDeletion", input: { KeyId: String(keyId), PendingWindowInDays: 7 } }];
      },
      CreateAlias: ({ AliasName = "" }) => [{ operation: "DeleteAlias", input: { AliasName } }],
    },
  },
  ec2: {
    python: "ec2",
    js: "ec2",
    undo: {
      CreateVpc: (_, { Vpc = {} }) => [{ operation: "DeleteVpc", input: { VpcId: memberOf(Vpc, "VpcId") } }],
      CreateSubnet: (_, { Subnet = {} }) => [
        { operation: "DeleteSubnet", input: { SubnetId: memberOf(Subnet, "SubnetId") } },
      ],
      CreateNetworkInterface: (_, { NetworkInterface = {} }) => [
        {
          operation: "DeleteNetworkInterface",
          input: { NetworkInterfaceId: memberOf(NetworkInterface, "NetworkInterfaceId") },
        },
      ],
      CreateSecurityGroup: (_, { GroupId = "" }) => [{ operation: "DeleteSecurityGroup", input: { GroupId } }],
      CreateFlowLogs: (_, { FlowLogIds = [] }) =>
        Array.isArray(FlowLogIds) && FlowLogIds.length > 0
          ? [{ operation: "DeleteFlowLogs", input: { FlowLogIds } }]
          : [],
    },
  },
  // An account can't be taken back.
  organizations: { python: "organizations", js: "organizations", undo: {} },
  rds: {
    python: "rds",
    js: "rds",
    undo: {
      CreateDBInstance: ({ DBInstanceIdentifier = "" }) => [
        { operation: "DeleteDBInstance", input: { DBInstanceIdentifier, SkipFinalSnapshot: true } },
      ],
    },
  },
  s3: {
    python: "s3",
    cli: "s3api",
    js: "s3",
    undo: {
      // What was made last goes first, so that the bucket is empty when its turn comes.
      CreateBucket: ({ Bucket = "" }) => [{ operation: "DeleteBucket", input: { Bucket } }],
      PutObject: ({ Bucket = "", Key = "" }) => [{ operation: "DeleteObject", input: { Bucket, Key } }],
      CopyObject: ({ Bucket = "", Key = "" }) => [{ operation: "DeleteObject", input: { Bucket, Key } }],
      CreateMultipartUpload: ({ Bucket = "", Key = "" }, { UploadId = "" }) => [
        { operation: "AbortMultipartUpload", input: { Bucket, Key, UploadId } },
      ],
    },
  },
  // A block is put in an account of the scenario's own.
  s3control: { python: "s3control", js: "s3-control", undo: {} },
  sns: {
    python: "sns",
    js: "sns",
    undo: { CreateTopic: (_, { TopicArn = "" }) => [{ operation: "DeleteTopic", input: { TopicArn } }] },
  },
  sqs: {
    python: "sqs",
    js: "sqs",
    undo: { CreateQueue: (_, { QueueUrl = "" }) => [{ operation: "DeleteQueue", input: { QueueUrl } }] },
  },
  ssm: {
    python: "ssm",
    js: "ssm",
    undo: {
      PutParameter: ({ Name = "" }) => [{ operation: "DeleteParameter", input: { Name } }],
      CreateActivation: (_, { ActivationId = "" }) => [{ operation: "DeleteActivation", input: { ActivationId } }],
    },
  },
  sts: { python: "sts", js: "sts", undo: {} },
} as const satisfies Record<string, ServiceLine>;

export type ServiceFolder = keyof typeof services;

export const SERVICE_FOLDERS = Object.keys(services) as readonly ServiceFolder[];

export function serviceLine(folder: ServiceFolder): ServiceLine {
  return services[folder];
}
