import assert from "node:assert/strict";
import { test } from "node:test";
import { DatabaseLogs } from "./databases.ts";
import { fakeControl } from "./fleet-house.ts";
import { DEFAULT_PERMISSIONS, type Permissions } from "./permissions.ts";

const NAME = "nephoscope-databases";
const database = (path: string, more: object = {}) => ({
  databases: [
    {
      name: "shop",
      engine: "mariadb",
      logs: [{ type: "error", path, group: "/aws/rds/instance/shop/error", stream: "shop" }],
      ...more,
    },
  ],
});

function house(permissions: Partial<Permissions> = {}) {
  const { calls, control } = fakeControl();
  let allowed: Permissions = { ...DEFAULT_PERMISSIONS, ...permissions };
  const logs = new DatabaseLogs(control(), () => allowed);
  const allow = (more: Partial<Permissions>) => {
    allowed = { ...allowed, ...more };
  };
  return { calls, control: control(), logs, allow };
}

test("the configuration of databases comes back when another one took the place of all", async () => {
  const { calls, control, logs } = house();
  await logs.assign(database("/var/log/mysql/error.log"));
  await logs.keep();
  assert.equal(calls.length, 1, "what is in force is left alone");
  await control.configure("fetch", { name: "ssm_Other", text: "{}" }, true);
  await logs.keep();
  assert.deepEqual(
    calls.map(({ action, name }) => `${action} ${name}`),
    [`append ${NAME}`, "fetch ssm_Other", `append ${NAME}`],
  );
});

test("what an earlier run left is taken away when there is no database any more", async () => {
  const { calls, control, logs } = house();
  await control.configure("append", { name: NAME, text: '{"logs":{}}' }, true);
  await logs.keep();
  assert.equal(calls.length, 1, "before the server has said anything, nothing is changed");
  await logs.assign(undefined);
  assert.equal(calls.at(-1)?.action, "remove");
});

test("a file that the owner does not let go is told as a fault, and sent once he does", async () => {
  const { logs, allow, control } = house();
  await logs.assign(database("/srv/db/error.log"));
  assert.equal(control.stored(NAME), undefined);
  assert.match(JSON.stringify(await logs.report()), /"faults":\{"error":"The owner of the machine does not let/);
  allow({ databaseLogFolders: ["/srv/db"] });
  await logs.keep();
  assert.match(control.stored(NAME) ?? "", /\/srv\/db\/error\.log/);
});

test("a restart that the owner did not give a command for opens the log files anew and does nothing else", async () => {
  const { logs } = house();
  await logs.assign(database("/var/log/mysql/error.log", { work: "w1", restart: true }));
  assert.match(JSON.stringify(await logs.report()), /"done":"w1"/);
});

test("a restart whose command fails is not done", async () => {
  const { logs } = house({ databaseRestarts: { shop: ["false"] } });
  await assert.rejects(
    logs.assign(database("/var/log/mysql/error.log", { work: "w1", restart: true })),
    /the restart of shop failed/,
  );
  assert.doesNotMatch(JSON.stringify(await logs.report()), /"done":"w1"/);
});
