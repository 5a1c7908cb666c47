import assert from "node:assert/strict";
import { test } from "node:test";
import { carryOut } from "./documents.ts";
import { fakeControl } from "./fleet-house.ts";
import { DEFAULT_PERMISSIONS, type Permissions } from "./permissions.ts";

const NOTHING: Permissions = { ...DEFAULT_PERMISSIONS, shellScripts: false, manageAgent: false, recordFlows: false };

function carry(document: string, parameters: Record<string, readonly string[]>, permissions: Partial<Permissions>) {
  const { calls, control } = fakeControl();
  const read: string[] = [];
  const reply = carryOut({ id: "1", kind: "run", document, parameters }, new AbortController().signal, {
    permissions: () => ({ ...NOTHING, ...permissions }),
    control,
    parameter: async (name) => {
      read.push(name);
      return "{}";
    },
    agentVersion: "1.0.0",
  });
  return { calls, read, reply };
}

/** Each document in each of its ways. */
const WAYS: readonly (readonly [
  document: string,
  parameters: Record<string, readonly string[]>,
  allowedBy: keyof Permissions,
])[] = [
  ["AWS-RunShellScript", { commands: ["true"] }, "shellScripts"],
  ["AWS-ConfigureAWSPackage", { action: ["Install"], name: ["AmazonCloudWatchAgent"] }, "manageAgent"],
  ["AWS-ConfigureAWSPackage", { action: ["Uninstall"], name: ["AmazonCloudWatchAgent"] }, "manageAgent"],
  ...["configure", "configure (append)", "configure (remove)", "start", "stop", "status"].map(
    (action) =>
      [
        "AmazonCloudWatch-ManageAgent",
        { action: [action], optionalConfigurationSource: ["ssm"], optionalConfigurationLocation: ["x"] },
        "manageAgent",
      ] as const,
  ),
];

test("no document does anything that the owner did not allow, and each does what he did", async () => {
  for (const [document, parameters, allowedBy] of WAYS) {
    const what = `${document} ${JSON.stringify(parameters)}`;
    // All else is allowed.
    const others = { shellScripts: true, manageAgent: true, recordFlows: true, [allowedBy]: false };
    const refused = carry(document, parameters, others);
    const { status, details, errorOutput } = await refused.reply;
    assert.deepEqual([status, details], ["Failed", "AccessDenied"], what);
    assert.match(errorOutput ?? "", /not allowed on this machine/);
    assert.deepEqual([refused.calls, refused.read], [[], []], what);
    assert.equal((await carry(document, parameters, { [allowedBy]: true }).reply).status, "Success", what);
  }
});

test("all configurations are taken away at once, and by nothing but the removal", async () => {
  const manage = (action: string, optionalConfigurationSource: string) =>
    carry(
      "AmazonCloudWatch-ManageAgent",
      { action: [action], optionalConfigurationSource: [optionalConfigurationSource], optionalRestart: ["yes"] },
      { manageAgent: true },
    );
  const removed = manage("configure (remove)", "all");
  assert.equal((await removed.reply).status, "Success");
  assert.deepEqual(removed.calls, [{ action: "remove all", restart: true }]);
  const wrong = manage("configure", "all");
  assert.match((await wrong.reply).errorOutput ?? "", /source all is not supported with configure/);
  const nowhere = manage("configure", "ssm");
  assert.match((await nowhere.reply).errorOutput ?? "", /must name a parameter/);
  assert.deepEqual([wrong.calls, nowhere.calls], [[], []]);
});

test("a document that the agent does not know does nothing, whatever is allowed", async () => {
  const all = { shellScripts: true, manageAgent: true };
  for (const document of ["AWS-RunPowerShellScript", "AWS-RunShellScript2", "", "constructor"]) {
    const { calls, reply } = carry(document, { commands: ["touch /never"] }, all);
    assert.equal((await reply).status, "Failed");
    assert.deepEqual(calls, []);
  }
});

test("packages are the agent alone, in the version that is here", async () => {
  const install = (name: string, version = "") =>
    carry("AWS-ConfigureAWSPackage", { action: ["Install"], name: [name], version: [version] }, { manageAgent: true })
      .reply;
  assert.match((await install("AWSPVDriver")).errorOutput ?? "", /There is no package AWSPVDriver here/);
  assert.match((await install("AmazonCloudWatchAgent", "9.9")).errorOutput ?? "", /Version 9\.9 .* is not on/);
  assert.equal((await install("AmazonCloudWatchAgent", "1.0.0")).status, "Success");
});
