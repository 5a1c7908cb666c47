import assert from "node:assert/strict";
import {
  appendFileSync,
  chmodSync,
  chownSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { until } from "../files/collector-harness.ts";
import { agentScene, collecting } from "./agent-harness.ts";
import { findUser } from "./run-as-user.ts";

const nobody = findUser("nobody");
const skip = (process.getuid?.() !== 0 && "needs root") || (nobody === undefined && "there is no user nobody");

test("run_as_user: root's rights are given up for good, after privileged addresses are open and before files are read", {
  skip,
}, async (t) => {
  const { service, directory, configure, paths, startAndWait } = await agentScene(t);
  for (const path of [directory, paths.home, dirname(paths.settings)]) chmodSync(path, 0o755);
  const [readable, secret] = [join(directory, "readable.log"), join(directory, "secret.log")];
  writeFileSync(readable, "first\n");
  writeFileSync(secret, "secret\n", { mode: 0o600 });
  // A link in what is given to the user must not give away what it points to.
  mkdirSync(dirname(paths.positions), { recursive: true });
  symlinkSync(secret, join(dirname(paths.positions), "link"));
  const port = 1000 + (process.pid % 20);
  configure("a.json", {
    agent: { run_as_user: "nobody" },
    ...collecting(
      { file_path: readable, log_group_name: "G", log_stream_name: "S" },
      { file_path: secret, log_group_name: "H", log_stream_name: "S" },
    ),
    metrics: { metrics_collected: { statsd: { service_address: `127.0.0.1:${port}` } } },
  });
  const agent = await startAndWait();
  await until(() => service.messages("G").length === 1, agent.log);
  const status = readFileSync(`/proc/${agent.process.pid}/status`, "utf8");
  const { id = 0, group = 0 } = nobody ?? {};
  assert.match(status, new RegExp(`^Uid:\\t${id}\\t${id}\\t${id}\\t${id}$`, "m"));
  assert.match(status, new RegExp(`^Gid:\\t${group}\\t${group}\\t${group}\\t${group}$`, "m"));
  assert.match(status, new RegExp(`^Groups:\\t${group} $`, "m"));
  assert.match(status, /^CapEff:\t0+$/m);
  const sockets = readFileSync("/proc/net/udp", "utf8");
  assert.ok(sockets.includes(`0100007F:${port.toString(16).toUpperCase().padStart(4, "0")}`), sockets);
  appendFileSync(readable, "second\n");
  await until(() => service.messages("G").length === 2);
  agent.signal("SIGTERM");
  assert.equal(await agent.ended(), 0);
  assert.deepEqual(service.messages("H"), [], "not readable for the user");
  assert.equal(statSync(paths.positions).uid, id);
  assert.equal(statSync(secret).uid, 0);

  appendFileSync(readable, "third\n");
  const again = await startAndWait();
  await until(() => service.messages("G").length === 3, again.log);
  assert.deepEqual(service.messages("G"), ["first", "second", "third"]);
});

test("run_as_user of somebody who is not there, or whom this user can not become, is refused", { skip }, async (t) => {
  const { directory, configure, paths, start } = await agentScene(t);
  const withUser = (user: string) => ({
    agent: { run_as_user: user },
    ...collecting({ file_path: join(directory, "a.log") }),
  });
  configure("a.json", withUser("nobody-of-this-name"));
  const agent = start();
  assert.notEqual(await agent.ended(), 0);
  assert.match(agent.log(), /there is no user nobody-of-this-name on this host/);
  configure("a.json", withUser("root"));
  for (const path of [directory, paths.home, dirname(paths.settings), dirname(paths.positions)]) {
    mkdirSync(path, { recursive: true });
    chownSync(path, nobody?.id ?? 0, nobody?.group ?? 0);
  }
  const other = start({ uid: nobody?.id ?? 0 });
  assert.notEqual(await other.ended(), 0);
  assert.match(other.log(), /run_as_user is root, and the agent was started as user \d+, who can not become that/);
});
