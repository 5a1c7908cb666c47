import assert from "node:assert/strict";
import { execFile, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { FakeCloudWatch } from "./fake-cloudwatch.ts";
import { makeDirectory, startCollector, until } from "./files/collector-harness.ts";

const run = promisify(execFile);

/** Why a test can not run here; false when it can. */
function lacks(...programs: readonly string[]): string | false {
  const missing = programs.filter((program) => !existsSync(program));
  if (missing.length > 0) return `${missing.join(", ")} is not installed`;
  return process.getuid?.() === 0 ? false : "needs root";
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function collect(t: TestContext, directory: string, ...files: readonly object[]) {
  const service = await new FakeCloudWatch().startFor(t);
  startCollector(t, { service, state: join(directory, "state"), files });
  return service;
}

const APACHE = "/usr/sbin/apache2";
test("Apache: access and error log, through a rename that Apache hears of later", {
  skip: lacks(APACHE),
}, async (t) => {
  const directory = makeDirectory(t);
  const port = await freePort();
  const modules = "/usr/lib/apache2/modules";
  mkdirSync(join(directory, "www"));
  writeFileSync(join(directory, "www", "index.html"), "hello");
  const config = join(directory, "apache.conf");
  writeFileSync(
    config,
    `ServerRoot "${directory}"\nServerName localhost\nPidFile pid\nMutex file:${directory}\nListen 127.0.0.1:${port}\n` +
      ["mpm_event", "authz_core", "log_config"]
        .map((name) =>
          existsSync(`${modules}/mod_${name}.so`) ? `LoadModule ${name}_module ${modules}/mod_${name}.so\n` : "",
        )
        .join("") +
      `User www-data\nGroup www-data\nDocumentRoot "${directory}/www"\n<Directory "${directory}/www">\nRequire all granted\n</Directory>\nErrorLog error_log\n` +
      `LogLevel info\nLogFormat "%h %l %u %t \\"%r\\" %>s %b" common\nCustomLog access_log common\n`,
  );
  await run("chmod", ["755", directory]);
  const service = await collect(
    t,
    directory,
    {
      file_path: join(directory, "access_log"),
      log_group_name: "access",
      log_stream_name: "s",
      timestamp_format: "%d/%b/%Y:%H:%M:%S %z",
    },
    {
      file_path: join(directory, "error_log"),
      log_group_name: "error",
      log_stream_name: "s",
      timestamp_format: "%a %b %d %H:%M:%S.%f %Y",
      timezone: "Local",
    },
  );
  const apache = async (action: string) => await run(APACHE, ["-f", config, "-k", action]);
  await apache("start");
  await until(() => existsSync(join(directory, "pid")));
  const pid = Number(readFileSync(join(directory, "pid"), "utf8"));
  t.after(() => process.kill(pid));
  await until(
    () => service.messages("error").some((line) => line.includes("resuming normal operations")),
    () => service.messages("error"),
  );
  const get = async (path: string) => (await fetch(`http://127.0.0.1:${port}/${path}`)).status;
  for (let number = 0; number < 20; number++) assert.equal(await get(`missing-${number}`), 404);
  assert.equal(await get("index.html"), 200);
  renameSync(join(directory, "access_log"), join(directory, "access_log.1"));
  for (let number = 20; number < 30; number++) await get(`missing-${number}`);
  await apache("graceful");
  await until(() => existsSync(join(directory, "access_log")));
  for (let number = 30; number < 40; number++) await get(`missing-${number}`);
  await until(
    () => service.messages("access").length === 41,
    () => service.messages("access").length,
  );
  const lines = service.messages("access");
  assert.equal(new Set(lines.map((line) => /missing-\d+/.exec(line)?.[0] ?? "index")).size, 41);
  assert.equal(lines.filter((line) => / 404 /.test(line)).length, 40);
  const [first] = service.streams.get("access\ns") ?? [];
  assert.ok(first && Math.abs(first.timestamp - Date.now()) < 60_000, "the time of the line");
});

const MARIADB = "/usr/sbin/mariadbd";
test("MariaDB: the error log, with what it writes of refused clients", {
  skip: lacks(MARIADB, "/usr/bin/mariadb-install-db"),
}, async (t) => {
  const directory = makeDirectory(t);
  await run("chmod", ["755", directory]);
  const data = join(directory, "data");
  mkdirSync(data);
  await run("/usr/bin/mariadb-install-db", [
    "--no-defaults",
    `--datadir=${data}`,
    "--user=root",
    "--auth-root-authentication-method=normal",
    "--skip-test-db",
  ]);
  const log = join(directory, "error.log");
  const service = await collect(t, directory, {
    file_path: log,
    log_group_name: "/aws/rds/instance/db/error",
    log_stream_name: "db",
    multi_line_start_pattern: "^\\d{4}-\\d{2}-\\d{2} +\\d{1,2}:\\d{2}:\\d{2} ",
    timestamp_format: "%Y-%m-%d",
    timezone: "Local",
  });
  const socket = join(directory, "s");
  const server = spawn(
    MARIADB,
    [
      "--no-defaults",
      "--user=root",
      `--datadir=${data}`,
      `--socket=${socket}`,
      "--skip-networking",
      `--log-error=${log}`,
      "--log-warnings=2",
    ],
    { stdio: "ignore" },
  );
  t.after(() => server.kill("SIGKILL"));
  await until(
    () => service.messages("/aws/rds/instance/db/error").some((line) => line.includes("ready for connections")),
    () => existsSync(log) && readFileSync(log, "utf8"),
  );
  assert.notEqual(
    spawnSync("mariadb", ["--no-defaults", `--socket=${socket}`, "-u", "nobody", "-pwrong", "-e", "select 1"]).status,
    0,
  );
  await until(() =>
    service
      .messages("/aws/rds/instance/db/error")
      .some((line) => /^\d{4}-.*\[Warning\] Access denied for user 'nobody'/.test(line)),
  );
});

const RSYSLOG = "/usr/sbin/rsyslogd";
test("rsyslog with su: four failed attempts are four lines", {
  skip:
    lacks(RSYSLOG, "/usr/bin/su", "/usr/sbin/runuser") ||
    (existsSync("/dev/log") && "/dev/log is there already: a syslog daemon runs"),
}, async (t) => {
  const directory = makeDirectory(t);
  const socket = join(directory, "log");
  const secure = join(directory, "secure");
  const config = join(directory, "rsyslog.conf");
  await run("chmod", ["755", directory]);
  writeFileSync(
    config,
    `global(workDirectory="${directory}")\nmodule(load="imuxsock" SysSock.Use="off")\ninput(type="imuxsock" Socket="${socket}")\n` +
      `module(load="builtin:omfile" Template="RSYSLOG_TraditionalFileFormat")\nauth,authpriv.* ${secure}\n`,
  );
  const service = await collect(t, directory, {
    file_path: secure,
    log_group_name: "SSHLogGroup",
    log_stream_name: "i",
    timestamp_format: "%b %d %H:%M:%S",
    timezone: "Local",
  });
  const daemon = spawn(RSYSLOG, ["-n", "-f", config, "-i", join(directory, "pid")], { stdio: "ignore" });
  t.after(() => daemon.kill("SIGKILL"));
  await until(() => existsSync(socket));
  symlinkSync(socket, "/dev/log");
  t.after(() => rmSync("/dev/log", { force: true }));
  for (let attempt = 0; attempt < 4; attempt++)
    spawnSync("runuser", ["-u", "nobody", "--", "su", "root", "-c", "true"], { input: "wrong\n" });
  const failures = () =>
    service.messages("SSHLogGroup").filter((line) => line.includes("pam_unix(su:auth): authentication failure;"));
  await until(
    () => failures().length === 4,
    () => service.messages("SSHLogGroup"),
  );
  for (const line of failures())
    assert.match(
      line,
      /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ su: pam_unix\(su:auth\): authentication failure; logname=.* user=root$/,
    );
  const stored = service.streams.get("SSHLogGroup\ni") ?? [];
  assert.ok(stored.every(({ timestamp }) => Math.abs(timestamp - Date.now()) < 120_000));
});
