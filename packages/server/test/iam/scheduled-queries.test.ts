import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { type Call, loadModel, type Service } from "@nephoscope/wire";
import { createAuthorise } from "../../src/front-door/authorise.ts";
import { createAuthority } from "../../src/platform/access/authority.ts";
import { openRulings } from "../../src/platform/access/rulings.ts";
import { serviceCalls } from "../../src/platform/service-calls/service-calls.ts";
import { identityRoles, roleSessionOf } from "../../src/platform/service-roles/identity-roles.ts";
import { logsAccess } from "../../src/services/logs/access.ts";
import { queryRights } from "../../src/services/logs/queries/query-rights.ts";
import type { ScheduledQuery } from "../../src/services/logs/scheduled-queries/scheduled-query.ts";
import { startScheduled } from "../../src/services/logs/scheduled-queries/start-scheduled.ts";
import { ACCOUNT, document, openHouse, REGION, refused, trust } from "./house.ts";

const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/reader`;
const LOGS = { Service: "logs.amazonaws.com" };
const group = (name: string) => `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${name}`;

/** IAM, and scheduled queries whose StartQuery says under whom it was called. */
async function house(t: TestContext) {
  const made = await openHouse(t);
  const { state, identity, clock } = made;
  const authority = createAuthority({ rulings: openRulings(), now: clock.now, secure: () => false });
  const rights = queryRights({ authority, state, roles: identityRoles(identity) });
  const calls = serviceCalls({
    now: clock.now,
    roleSession: (account, role, session) => roleSessionOf(identity, account, role, session, clock.now()),
  });
  const started: string[] = [];
  const model = loadModel("cloudwatch-logs");
  const logs: Service = {
    model,
    implemented: new Set(["StartQuery"]),
    async run(_operation: string, _input: unknown, call: Call) {
      started.push(call.principal.arn);
      return { queryId: `query-${started.length}` };
    },
  };
  calls.serve(
    [logs],
    createAuthorise([{ service: logs, access: logsAccess({ state }) }], authority, () => ""),
  );
  const start = startScheduled({ calls, rights });
  const query: ScheduledQuery = {
    id: "id",
    queryString: "stats count()",
    logGroupIdentifiers: ["/shop/web", group("/shop/db")],
    scheduleExpression: "rate(5 minutes)",
    executionRoleArn: ROLE_ARN,
    state: "ENABLED",
    tags: {},
    creationTime: 0,
    lastUpdatedTime: 0,
  };
  const run = () => start({ account: ACCOUNT, region: REGION, name: "q" }, query, { startTime: 0, endTime: 1 });
  const allow = (resource: string | string[]) =>
    made.iam.send(
      new PutRolePolicyCommand({
        RoleName: "reader",
        PolicyName: "p",
        PolicyDocument: document({ Effect: "Allow", Action: "logs:StartQuery", Resource: resource }),
      }),
    );
  const role = (AssumeRolePolicyDocument: string) =>
    made.iam.send(new CreateRoleCommand({ RoleName: "reader", AssumeRolePolicyDocument }));
  return { ...made, rights, run, allow, role, started };
}

test("a scheduled query runs as a session of its role, where the role may query every group", async (t) => {
  const { role, allow, run, started, iam } = await house(t);
  await role(trust(LOGS));
  await assert.rejects(
    run(),
    refused(
      "AccessDeniedException",
      /assumed-role\/reader\/logs is not authorized to perform: logs:StartQuery on resource: \S*:log-group:\/shop\/web because no identity-based policy allows/,
    ),
  );
  await allow([`${group("/shop/web")}:*`]);
  await assert.rejects(run(), refused("AccessDeniedException", /\/shop\/db/));
  await allow(`${group("/shop/*")}`);
  assert.equal(await run(), "query-1");
  assert.deepEqual(started, [`arn:aws:sts::${ACCOUNT}:assumed-role/reader/logs`]);
  await iam.send(new DeleteRolePolicyCommand({ RoleName: "reader", PolicyName: "p" }));
  await assert.rejects(run(), refused("AccessDeniedException"));
});

test("a role that does not trust the service, or no longer, or is gone, is none to run under", async (t) => {
  const { role, allow, run, rights, iam } = await house(t);
  const refusal = () => rights.roleRefusal(ACCOUNT, ROLE_ARN, "arn:aws:logs:us-east-1:1:scheduled-query:q") ?? "";
  assert.match(refusal(), /role\/reader does not exist/);
  await role(trust({ AWS: ACCOUNT }));
  await allow("*");
  assert.match(refusal(), /its trust policy does not let logs\.amazonaws\.com assume it/);
  await assert.rejects(run(), /The execution role can't be used: its trust policy/);
  const trusts = (PolicyDocument: string) =>
    iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: "reader", PolicyDocument }));
  await trusts(trust(LOGS));
  assert.equal(await run(), "query-1");
  await trusts(trust(LOGS, { Condition: { StringEquals: { "aws:SourceAccount": "999999999999" } } }));
  await assert.rejects(run(), /trust policy/);
  await trusts(trust(LOGS));
  await iam.send(new DeleteRolePolicyCommand({ RoleName: "reader", PolicyName: "p" }));
  await iam.send(new DeleteRoleCommand({ RoleName: "reader" }));
  await assert.rejects(run(), /does not exist/);
});

test("a trust policy may name the account and the queries that it is for", async (t) => {
  const { role, allow, run } = await house(t);
  await role(
    trust(LOGS, {
      Condition: {
        StringEquals: { "aws:SourceAccount": ACCOUNT },
        ArnLike: { "aws:SourceArn": `arn:aws:logs:${REGION}:${ACCOUNT}:scheduled-query:*` },
      },
    }),
  );
  await allow("*");
  assert.equal(await run(), "query-1");
});

test("a role of another account is none", async (t) => {
  const { rights } = await house(t);
  const arn = "arn:aws:iam::999999999999:role/reader";
  assert.match(rights.roleRefusal(ACCOUNT, arn, "q") ?? "", /does not exist in this account/);
});
