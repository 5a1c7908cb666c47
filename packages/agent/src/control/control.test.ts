import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { readConfiguration } from "../configuration/configuration.ts";
import { runningProcess } from "../daemon/agent-process.ts";
import { agentPaths } from "../daemon/settings.ts";
import { FakeCloudWatch } from "../fake-cloudwatch.ts";
import { makeDirectory, until } from "../files/collector-harness.ts";
import {
  ControlError,
  type ControlOptions,
  fetchConfiguration,
  printStatus,
  removeStored,
  startAgent,
  stopAgent,
} from "./control.ts";
import { importOlder, runWizard, WizardEnded } from "./wizard.ts";

const MAIN = new URL("../../../cli/src/main.ts", import.meta.url).pathname;

async function scene(t: TestContext) {
  const service = await new FakeCloudWatch().startFor(t);
  const home = makeDirectory(t);
  const paths = agentPaths(home);
  mkdirSync(dirname(paths.settings), { recursive: true });
  writeFileSync(
    paths.settings,
    `[nephoscope]\nendpoint = "${service.endpoint}"\nregion = "test-region-1"\ninstance_id = "i-0123456789abcdef0"\n`,
  );
  let said = "";
  const options: ControlOptions = {
    paths,
    mode: "ec2",
    env: { PATH: process.env.PATH, HOME: home, AWS_ACCESS_KEY_ID: "KEY", AWS_SECRET_ACCESS_KEY: "SECRET" },
    now: Date.now,
    command: [process.execPath, MAIN, "agent", "--home", home, "--mode", "ec2"],
    out: (text) => {
      said += text;
    },
  };
  t.after(() => {
    const running = runningProcess(paths);
    if (running !== undefined) process.kill(running.pid, "SIGKILL");
  });
  const log = join(home, "secure");
  writeFileSync(log, "first\n");
  const write = (name: string, value: object): string => {
    writeFileSync(join(home, name), JSON.stringify(value));
    return `file:${join(home, name)}`;
  };
  const files = (...items: readonly object[]) => ({
    logs: { logs_collected: { files: { collect_list: items } }, force_flush_interval: 1 },
  });
  const take = (): string => {
    const text = said;
    said = "";
    return text;
  };
  return { service, home, paths, options, log, write, files, take };
}

test("fetch-config starts the agent; a bad configuration leaves it running with the old one; append adds; stop ends", async (t) => {
  const { service, home, options, log, write, files, take } = await scene(t);
  printStatus(options);
  assert.deepEqual(JSON.parse(take()), {
    status: "stopped",
    starttime: "",
    configstatus: "not configured",
    version: "1.0.0",
  });
  const good = write("config.json", files({ file_path: log, log_group_name: "G", log_stream_name: "{instance_id}/s" }));
  await fetchConfiguration(options, good, "replace", true);
  assert.match(
    take(),
    /first phase succeeded\nConfiguration validation second phase succeeded\nConfiguration validation succeeded\n$/,
  );
  printStatus(options);
  const status = JSON.parse(take());
  assert.equal(status.status, "running");
  assert.equal(status.configstatus, "configured");
  assert.match(status.starttime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/);
  await until(() => service.messages("G", "i-0123456789abcdef0/s").length === 1);

  const bad = write("bad.json", files({ file_path: log, timezone: "Mars" }));
  await assert.rejects(fetchConfiguration(options, bad, "replace", true), (error: unknown) => {
    assert.ok(error instanceof ControlError);
    assert.match(error.message, /first phase failed. The configuration in force is unchanged/);
    assert.match(
      error.message,
      /file_bad\.json:1:\d+ \/logs\/logs_collected\/files\/collect_list\/0\/timezone: must be one of Local/,
    );
    return true;
  });
  appendFileSync(log, "second\n");
  await until(
    () => service.messages("G").length === 2,
    () => service.messages("G"),
  );

  service.parameters.set("more", JSON.stringify(files({ file_path: join(home, "other"), log_group_name: "H" })));
  writeFileSync(join(home, "other"), "third\n");
  await fetchConfiguration(options, "ssm:more", "keep", true);
  await until(() => service.messages("H").length === 1);
  appendFileSync(log, "fourth\n");
  await until(
    () => service.messages("G").length === 3,
    () => service.messages("G"),
  );
  assert.deepEqual(service.messages("G"), ["first", "second", "fourth"], "read on where it ended");
  await removeStored(options, "ssm:more", false);
  await assert.rejects(
    removeStored(options, "ssm:more", false),
    /there is no configuration of ssm:more. There are: file_config.json/,
  );
  await stopAgent(options);
  take();
  printStatus(options);
  assert.equal(JSON.parse(take()).status, "stopped");
  await stopAgent(options);
  assert.match(take(), /has already been stopped/);
});

test("an agent that can not start says why; places that are none are refused", async (t) => {
  const { options, write, files, log } = await scene(t);
  await assert.rejects(
    fetchConfiguration(options, "ssm:missing", "replace", false),
    /the parameter missing can not be fetched: ParameterNotFound/,
  );
  await assert.rejects(fetchConfiguration(options, "config.json", "replace", false), /no place of a configuration/);
  await assert.rejects(fetchConfiguration(options, "file:/nowhere", "replace", false), /\/nowhere can not be read/);
  await fetchConfiguration(options, write("c.json", files({ file_path: log })), "replace", false);
  writeFileSync(options.paths.settings, "[nephoscope\n");
  await assert.rejects(startAgent(options), /common-config\.toml:\d+:\d+: /);
});

const asker = (answers: readonly string[]) => {
  let said = "";
  const left = [...answers];
  return {
    said: () => said,
    say: (text: string) => {
      said += text;
    },
    answer: async () => left.shift(),
  };
};
const host = { isInstance: true, readFile: (path: string) => readFileSync(path, "utf8") };

test("the wizard asks the walkthrough's questions in order, and Enter takes the default", async () => {
  const answers = [
    "",
    "",
    "2",
    "2",
    "2",
    "2",
    "",
    "",
    "/var/log/secure",
    "database_server_security_logs",
    "",
    "",
    "",
    "2",
    "",
    "2",
  ];
  const people = asker(answers);
  const { text, parameter } = await runWizard(people, host);
  assert.equal(parameter, undefined);
  assert.deepEqual(JSON.parse(text), {
    agent: { run_as_user: "root" },
    logs: {
      logs_collected: {
        files: {
          collect_list: [
            {
              file_path: "/var/log/secure",
              log_group_class: "STANDARD",
              log_group_name: "database_server_security_logs",
              log_stream_name: "{instance_id}",
              retention_in_days: -1,
            },
          ],
        },
      },
    },
  });
  const questions = [
    /which OS/,
    /EC2 or On-Premises/,
    /Which user/,
    /StatsD/,
    /CollectD/,
    /host metrics/,
    /to import/,
    /any log files/,
    /Log file path/,
    /Log group name/,
    /class/,
    /stream name/,
    /Retention/,
    /additional log files/,
    /X-ray/,
    /parameter store/,
  ];
  let at = 0;
  for (const question of questions) {
    const found = people.said().slice(at).search(question);
    assert.ok(found >= 0, `${question} comes in its turn`);
    at += found;
  }
});

test("all defaults make a configuration that loads, with metrics; wrong choices are asked again", async () => {
  const people = asker(["4", "1", "", "", "", "", "", "", "", "", "", "", "", "", "3", "1", "2", "2", "", "", "", ""]);
  const { text, parameter } = await runWizard(people, host);
  assert.match(people.said(), /The value 4 is not valid/);
  const { configuration, problems } = readConfiguration([{ name: "wizard", text }]);
  assert.ok(configuration?.metrics?.statsd && configuration.metrics.collectd, JSON.stringify(problems));
  assert.deepEqual(
    configuration.metrics.plugins.map(({ plugin }) => plugin),
    ["disk", "mem", "cpu", "diskio", "swap", "netstat"],
  );
  assert.deepEqual(parameter, { name: "AmazonCloudWatch-linux", region: "us-east-1" });
  await assert.rejects(runWizard(asker(["1"]), host), WizardEnded);
});

test("an older agent's file is imported", () => {
  const older =
    "[general]\nstate_file = /x\n[/var/log/messages]\ndatetime_format = %b %d %H:%M:%S\nfile = /var/log/messages\nlog_stream_name = {instance_id}\nlog_group_name = m\ntime_zone = LOCAL\nmulti_line_start_pattern = {datetime_format}\n";
  const [item] = importOlder(older);
  assert.deepEqual(item, {
    timestamp_format: "%b %d %H:%M:%S",
    file_path: "/var/log/messages",
    log_stream_name: "{instance_id}",
    log_group_name: "m",
    timezone: "Local",
    multi_line_start_pattern: "{timestamp_format}",
  });
  assert.ok(
    readConfiguration([
      { name: "x", text: JSON.stringify({ logs: { logs_collected: { files: { collect_list: [item] } } } }) },
    ]).configuration,
  );
});
