import assert from "node:assert/strict";
import { test } from "node:test";
import { commonKind, type FlowLog, type NetworkPart, type ResourceKind, recordedParts, roleFault } from "./network.ts";

const part = (kind: ResourceKind, id: string, vpcId: string, subnetId?: string): NetworkPart => ({
  kind,
  id,
  vpcId,
  subnetId,
  address: "",
  hostId: undefined,
  description: "",
});
const log = (id: string, resourceId: string): FlowLog => ({
  id,
  resourceId,
  traffic: "ALL",
  interval: 600,
  group: "g",
  destination: "",
  role: "",
  failure: undefined,
  created: undefined,
});
const network = [
  part("NetworkInterface", "eni-1", "vpc-1", "subnet-1"),
  part("Subnet", "subnet-2", "vpc-1"),
  part("Subnet", "subnet-1", "vpc-1"),
  part("VPC", "vpc-1", "vpc-1"),
];

test("an interface has the flow logs of its subnet and VPC, and all stands in its place", () => {
  const rows = recordedParts(network, [log("fl-v", "vpc-1"), log("fl-s", "subnet-1"), log("fl-e", "eni-1")]);
  assert.deepEqual(
    rows.map(({ id, own, inherited }) => [id, own.map((one) => one.id), inherited.map((one) => one.id)]),
    [
      ["vpc-1", ["fl-v"], []],
      ["subnet-1", ["fl-s"], ["fl-v"]],
      ["eni-1", ["fl-e"], ["fl-s", "fl-v"]],
      ["subnet-2", [], ["fl-v"]],
    ],
  );
});

test("flow logs are made on parts of one kind", () => {
  assert.equal(commonKind([]), undefined);
  assert.equal(commonKind(network), undefined);
  assert.equal(commonKind(network.slice(1, 3)), "Subnet");
});

test("a role is told by its ARN", () => {
  assert.equal(roleFault("arn:aws:iam::123456789012:role/service/VPCFlowLogsRole"), undefined);
  assert.ok(roleFault("VPCFlowLogsRole"));
});
