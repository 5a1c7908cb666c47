import { roleArn } from "../../../platform/identity/arns.ts";
import type { Role } from "../../../platform/identity/documents.ts";
import { newUniqueId } from "../../../platform/identity/key-ids.ts";
import { requireRole } from "../find.ts";
import type { IamOperation } from "../operation.ts";
import { putNewRole, removalOf } from "./roles.ts";

/** Names of AWS's service-linked roles where they are not made of the service's name (Service Authorization Reference). */
const NAMES: Readonly<Record<string, string>> = {
  "cloudtrail.amazonaws.com": "AWSServiceRoleForCloudTrail",
  "cloudwatch.amazonaws.com": "AWSServiceRoleForCloudWatch",
  "config.amazonaws.com": "AWSServiceRoleForConfig",
  "events.amazonaws.com": "AWSServiceRoleForCloudWatchEvents",
  "guardduty.amazonaws.com": "AWSServiceRoleForAmazonGuardDuty",
  "logs.amazonaws.com": "AWSServiceRoleForLogDelivery",
  "delivery.logs.amazonaws.com": "AWSServiceRoleForLogDelivery",
  "organizations.amazonaws.com": "AWSServiceRoleForOrganizations",
  "rds.amazonaws.com": "AWSServiceRoleForRDS",
  "securityhub.amazonaws.com": "AWSServiceRoleForSecurityHub",
  "ssm.amazonaws.com": "AWSServiceRoleForAmazonSSM",
  "autoscaling.amazonaws.com": "AWSServiceRoleForAutoScaling",
};

function nameFor(service: string): string {
  const known = NAMES[service];
  if (known !== undefined) return known;
  const words = service.replace(/\.amazonaws\.com$/, "").split(/[.-]/);
  return `AWSServiceRoleFor${words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join("")}`;
}

export const createServiceLinkedRole: IamOperation<"CreateServiceLinkedRole"> = (input, call, deps) =>
  deps.commit(call, () => {
    const service = input.AWSServiceName;
    if (!/^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com$/.test(service)) {
      throw call.error("InvalidInputException", `Invalid service name: ${service}`);
    }
    const suffix = input.CustomSuffix === undefined ? "" : `_${input.CustomSuffix}`;
    const name = `${nameFor(service)}${suffix}`;
    const taken = deps.identity.directory.roles.get(call.account, name.toLowerCase());
    if (taken !== undefined) {
      throw call.error(
        "InvalidInputException",
        `Service role name ${name} has been taken in this account, please try a different suffix.`,
      );
    }
    const document: Role = {
      name,
      path: `/aws-service-role/${service}/`,
      id: newUniqueId("AROA"),
      createdAt: deps.clock.now(),
      inline: {},
      attached: [],
      tags: [],
      trust: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
      }),
      maxSessionSeconds: 3_600,
      linkedTo: service,
      ...(input.Description !== undefined && { description: input.Description }),
    };
    return putNewRole(deps, call, document);
  });

/** `task/aws-service-role/<service>/<role>/<id>`, as AWS's ids of deletions. */
const TASK = /^task\/aws-service-role\/[a-z0-9.-]+\/[\w+=,.@-]+\/(AROA[A-Z2-7]{17})$/;

/** AWS asks the service whether it still needs the role; here nothing holds on to one, so it goes at once. */
export const deleteServiceLinkedRole: IamOperation<"DeleteServiceLinkedRole"> = (input, call, deps) =>
  deps.commit(call, () => {
    const role = requireRole(deps, call, input.RoleName);
    const { linkedTo, name, id } = role.document;
    if (linkedTo === undefined) {
      throw call.error("NoSuchEntityException", `Role ${roleArn(call.account, role.document)} is not service-linked.`);
    }
    return {
      changes: removalOf(deps, role),
      answer: { DeletionTaskId: `task/aws-service-role/${linkedTo}/${name}/${id}` },
    };
  });

export const getServiceLinkedRoleDeletionStatus: IamOperation<"GetServiceLinkedRoleDeletionStatus"> = async (
  input,
  call,
  deps,
) => {
  const id = TASK.exec(input.DeletionTaskId)?.[1];
  // A role that is still there was never deleted under this id, whatever the id says.
  if (id === undefined || deps.identity.directory.roles.byId(id) !== undefined) {
    throw call.error("NoSuchEntityException", `Deletion task ${input.DeletionTaskId} cannot be found.`);
  }
  return { Status: "SUCCEEDED" };
};
