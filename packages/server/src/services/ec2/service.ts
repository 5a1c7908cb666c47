import { loadModel, type Service, service, WireFailure } from "@nephoscope/wire";
import { createFlowLogs } from "./flow-logs/create-flow-logs.ts";
import { deleteFlowLogs, describeFlowLogs } from "./flow-logs/look-at-flow-logs.ts";
import {
  describeInstanceStatus,
  describeInstances,
  monitorInstances,
  unmonitorInstances,
} from "./instances/instances.ts";
import {
  createNetworkInterface,
  createSubnet,
  createVpc,
  deleteNetworkInterface,
  deleteSubnet,
  deleteVpc,
} from "./network/declare-network.ts";
import { describeNetworkInterfaces, describeSubnets, describeVpcs } from "./network/describe-network.ts";
import { describeNatGateways } from "./network/nat-gateways.ts";
import type { Ec2Deps, Ec2Sdk } from "./operation.ts";
import {
  authorizeSecurityGroupEgress,
  authorizeSecurityGroupIngress,
  createSecurityGroup,
  deleteSecurityGroup,
  revokeSecurityGroupEgress,
  revokeSecurityGroupIngress,
} from "./security-groups/change-groups.ts";
import { describeSecurityGroupRules, describeSecurityGroups } from "./security-groups/describe-groups.ts";
import { createTags, deleteTags, describeTags } from "./tags/tags.ts";

/** EC2: every operation, by its name at the API. */
export function ec2Service(deps: Ec2Deps): Service {
  return withDryRuns(
    service<Ec2Sdk, Ec2Deps>(loadModel("ec2"), { requireAll: true })(
      {
        AuthorizeSecurityGroupEgress: authorizeSecurityGroupEgress,
        AuthorizeSecurityGroupIngress: authorizeSecurityGroupIngress,
        CreateFlowLogs: createFlowLogs,
        CreateNetworkInterface: createNetworkInterface,
        CreateSecurityGroup: createSecurityGroup,
        CreateSubnet: createSubnet,
        CreateTags: createTags,
        CreateVpc: createVpc,
        DeleteFlowLogs: deleteFlowLogs,
        DeleteNetworkInterface: deleteNetworkInterface,
        DeleteSecurityGroup: deleteSecurityGroup,
        DeleteSubnet: deleteSubnet,
        DeleteTags: deleteTags,
        DeleteVpc: deleteVpc,
        DescribeFlowLogs: describeFlowLogs,
        DescribeInstanceStatus: describeInstanceStatus,
        DescribeInstances: describeInstances,
        DescribeNatGateways: describeNatGateways,
        DescribeNetworkInterfaces: describeNetworkInterfaces,
        DescribeSecurityGroupRules: describeSecurityGroupRules,
        DescribeSecurityGroups: describeSecurityGroups,
        DescribeSubnets: describeSubnets,
        DescribeTags: describeTags,
        DescribeVpcs: describeVpcs,
        MonitorInstances: monitorInstances,
        RevokeSecurityGroupEgress: revokeSecurityGroupEgress,
        RevokeSecurityGroupIngress: revokeSecurityGroupIngress,
        UnmonitorInstances: unmonitorInstances,
      },
      deps,
    ),
  );
}

/** Whoever may call learns so, and nothing is done (EC2 API reference, `DryRun`). */
function withDryRuns(inner: Service): Service {
  return {
    ...inner,
    run(operation, input, call) {
      if (typeof input === "object" && input !== null && "DryRun" in input && input.DryRun === true) {
        return Promise.reject(
          new WireFailure("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", { status: 412 }),
        );
      }
      return inner.run(operation, input, call);
    },
  };
}
