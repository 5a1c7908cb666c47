import assert from "node:assert/strict";
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../files/collector-harness.ts";
import { GAUGES } from "../health/health.ts";
import { Agent } from "./agent.ts";
import { agentScene, assertNoneLost, collecting } from "./agent-harness.ts";

test("killed with SIGKILL while lines are written: none is lost, and what was saved as stored is not sent again", async (t) => {
  const { service, directory, configure, paths, startAndWait } = await agentScene(t);
  const path = join(directory, "app.log");
  configure("a.json", collecting({ file_path: path, log_group_name: "G", log_stream_name: "S" }));
  const wanted: string[] = [];
  let writing = true;
  const writer = (async () => {
    while (writing) {
      const lines = Array.from(
        { length: 10 },
        (_, at) => `line ${String(wanted.length + at).padStart(9, "0")} of a log`,
      );
      wanted.push(...lines);
      appendFileSync(path, lines.map((line) => `${line}\n`).join(""));
      await sleep(5);
    }
  })();
  const bytesEach = 24;
  /** How many lines the positions on disk say are stored. */
  const saved = (): number => {
    const { sources } = JSON.parse(readFileSync(paths.positions, "utf8"));
    const [position] = Object.values(sources).flat();
    return Number(Object(position).offset) / bytesEach;
  };
  const agent = await startAndWait();
  await until(() => service.events > 500 && existsSync(paths.positions) && saved() > 500);
  agent.signal("SIGKILL");
  await agent.ended();
  const [stored, came] = [saved(), service.events];
  assert.ok(stored > 0 && Number.isInteger(stored));
  const next = await startAndWait();
  await until(() => service.events > came + 500);
  const again = service
    .messages("G")
    .slice(came)
    .map((line) => Number(line.slice(5, 14)));
  assert.deepEqual(
    again.filter((number) => number < stored),
    [],
  );
  next.signal("SIGTERM");
  assert.equal(await next.ended(), 0);
  writing = false;
  await writer;
  await startAndWait();
  await until(
    () => new Set(service.messages("G")).size === wanted.length,
    () => [new Set(service.messages("G")).size, wanted.length],
  );
  assertNoneLost(service.messages("G"), wanted);
});

test("SIGHUP with a bad configuration leaves the running one in force; a good one takes its place", async (t) => {
  const { service, directory, configure, paths, startAndWait } = await agentScene(t);
  const [one, other] = [join(directory, "one.log"), join(directory, "other.log")];
  configure("one.json", collecting({ file_path: one, log_group_name: "G", log_stream_name: "S" }));
  writeFileSync(one, "first\n");
  const agent = await startAndWait();
  await until(() => service.messages("G").length === 1);

  configure("two.json", '{"logs": {"logs_collected": {"files": {"collect_list": [{"file_path": 5}]}}}}');
  agent.signal("SIGHUP");
  await until(
    () => agent.log().includes("the old one stays in force"),
    () => agent.log(),
  );
  assert.match(agent.log(), /two\.json:1:\d+ \/logs\/logs_collected\/files\/collect_list\/0\/file_path/);
  appendFileSync(one, "second\n");
  await until(() => service.messages("G").length === 2);

  configure("two.json", collecting({ file_path: other, log_group_name: "H", log_stream_name: "S" }));
  writeFileSync(other, "third\n");
  agent.signal("SIGHUP");
  await until(
    () => agent.log().includes("the new configuration is in force") && service.messages("H").length === 1,
    () => agent.log(),
  );
  appendFileSync(one, "fourth\n");
  await until(() => service.messages("G").length === 3);
  assert.deepEqual(service.messages("G"), ["first", "second", "fourth"]);

  // An address that is taken shows only when it is listened at.
  configure("three.json", { metrics: { metrics_collected: { statsd: { service_address: "192.0.2.1:1" } } } });
  agent.signal("SIGHUP");
  await until(
    () => agent.log().includes("the new configuration can not be started"),
    () => agent.log(),
  );
  appendFileSync(one, "fifth\n");
  await until(() => service.messages("G").length === 4);
  rmSync(join(paths.configurations, "three.json"));
  agent.signal("SIGTERM");
  assert.equal(await agent.ended(), 0);
});

test("the agent's health: what is behind, in memory and in the spool, and what was given up", async (t) => {
  const { service, directory, configure, settings, paths, env } = await agentScene(t);
  const path = join(directory, "app.log");
  configure("a.json", collecting({ file_path: path, log_group_name: "G", log_stream_name: "S" }));
  settings('[spool]\nmax_megabytes = 3\nwhen_full = "wait"\n');
  mkdirSync(dirname(path), { recursive: true });
  const line = `${"x".repeat(999)}\n`;
  writeFileSync(path, line.repeat(20_000));
  service.failing = "ServiceUnavailableException";
  let shift = 0;
  const journal = { write: () => {} };
  const agent = await Agent.start({ paths, mode: "onPremise", env, journal, now: () => Date.now() + shift });
  t.after(() => agent.stop());
  const gauge = (name: (typeof GAUGES)[number]) => agent.health.gauges().get(name) ?? Number.NaN;
  await until(() => agent.health.count("CallsRetried") > 0);
  shift += 60_000;
  await until(
    () => gauge("BytesSpooled") > 0 && gauge("BytesBuffered") > 6_000_000,
    () => [...agent.health.gauges()],
  );
  assert.deepEqual([...agent.health.gauges().keys()].toSorted(), [...GAUGES].toSorted());
  assert.equal(gauge("FilesFollowed"), 1);
  assert.ok(gauge("BytesSpooled") <= 3_000_000);
  // 20 MB were written; 6 are in memory, and up to 3 in the spool.
  const behind = gauge("BytesBehind");
  assert.ok(behind > 8_000_000 && behind < 15_000_000, String(behind));
  assert.ok(gauge("ResidentMemory") > 10_000_000);
  service.failing = undefined;
  shift += 120_000;
  await until(
    () => service.events === 20_000 && gauge("BytesBehind") === 0 && gauge("BytesSpooled") === 0,
    () => [service.events, ...agent.health.gauges()],
  );
  assert.equal(agent.health.count("EventsDropped"), 0);
});
