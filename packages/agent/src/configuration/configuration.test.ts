import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { readConfiguration } from "./configuration.ts";
import { describeProblem } from "./problem.ts";

const TESTDATA = new URL("testdata/", import.meta.url);

function readFile(name: string) {
  return readConfiguration([{ name, text: readFileSync(new URL(name, TESTDATA), "utf8") }]);
}

function loaded(name: string) {
  const { configuration, problems } = readFile(name);
  assert.ok(configuration, JSON.stringify(problems, undefined, 1));
  return { ...configuration, problems };
}

function errorsOf(...texts: readonly string[]): readonly string[] {
  const { configuration, problems } = readConfiguration(texts.map((text, index) => ({ name: `${index + 1}`, text })));
  const errors = problems
    .filter(({ severity }) => severity === "error")
    .map((each) => describeProblem(each, each.file));
  assert.equal(configuration === undefined, errors.length > 0, "a configuration with errors is not used");
  return errors;
}

const files = (...items: readonly object[]): string =>
  JSON.stringify({ logs: { logs_collected: { files: { collect_list: items } } } });

for (const name of readdirSync(TESTDATA)) {
  test(`${name} loads unchanged`, () => {
    assert.deepEqual(
      readFile(name).problems.filter(({ severity }) => severity === "error"),
      [],
    );
  });
}

test("the configurations above have every section and every kind of source", () => {
  const names = readdirSync(TESTDATA).flatMap((name) => {
    const { agent, logs, metrics, traces } = JSON.parse(readFileSync(new URL(name, TESTDATA), "utf8"));
    const sections = Object.entries({ agent, logs, metrics, traces }).flatMap(([key, value]) => (value ? [key] : []));
    const sources = [logs?.logs_collected, logs?.metrics_collected, metrics?.metrics_collected];
    return [...sections, ...sources.flatMap((each) => Object.keys(each ?? {}))];
  });
  const wanted = ["agent", "logs", "metrics", "traces", "files", "windows_events", "journald", "emf", "kubernetes"];
  const plugins = [
    "cpu",
    "mem",
    "disk",
    "diskio",
    "net",
    "netstat",
    "processes",
    "swap",
    "procstat",
    "statsd",
    "collectd",
  ];
  assert.deepEqual(
    [...wanted, ...plugins].filter((name) => !names.includes(name)),
    [],
  );
});

test("the walkthrough's configuration: files of this platform are collected, those of Windows are skipped with a note", () => {
  const { logs, problems } = loaded("mixed-fleet.json");
  assert.deepEqual(
    logs?.files.map(({ filePath, destination }) => [filePath, destination.group, destination.stream]),
    [
      ["/var/log/httpd/error_log", "AccessLogGroup", "{instance_id}/httpErr.log"],
      ["/var/log/httpd/access_log", "AccessLogGroup", "{instance_id}/http.log"],
      ["/var/log/secure", "SSHLogGroup", "{instance_id}/ssh.log"],
    ],
  );
  assert.deepEqual(
    problems.map(({ severity, path, place }) => [severity, path, place?.line]),
    [3, 4, 5].map((index) => ["note", `/logs/logs_collected/files/collect_list/${index}/file_path`, index + 3]),
  );
});

test("every member of a file's item is read", () => {
  const [source, second] = loaded("java-application.json").logs?.files ?? [];
  assert.ok(source && second);
  assert.equal(source.trimTimestamp, true);
  assert.equal(source.removeWhenDone, true);
  assert.equal(source.encoding, undefined);
  assert.ok(source.multiLineStart?.matches("2026-11-20 begins"));
  assert.ok(!source.multiLineStart?.matches("  at com.example"));
  assert.deepEqual(
    source.filters.map(({ type, pattern }) => [type, pattern.matches("GET /HealthCheck"), pattern.matches("ERROR x")]),
    [
      ["exclude", true, false],
      ["include", false, true],
    ],
  );
  assert.deepEqual(source.destination.entity, { serviceName: "orders", environment: "prod" });
  assert.deepEqual(second.destination.entity, { serviceName: "orders-jvm", environment: "prod" });

  const [all, japanese, wide] = loaded("many-logs.json").logs?.files ?? [];
  assert.ok(all?.everyFile && all.ignoreSymlinks && all.releaseDescriptors && all.blacklist?.matches("auth.log"));
  assert.equal(japanese?.encoding, "shift_jis");
  assert.equal(japanese?.destination.retentionDays, undefined);
  assert.equal(wide?.encoding, "utf-16le");
  const [, nginx] = loaded("web-server.json").logs?.files ?? [];
  assert.equal(nginx?.destination.groupClass, "INFREQUENT_ACCESS");
  assert.equal(nginx?.destination.retentionDays, 90);
  assert.ok(nginx?.multiLineStart?.matches("2026/11/20 10:00:00 [error]"));
});

test("metrics: measurements with and without prefix, names, units, intervals, dimensions", () => {
  const { metrics } = loaded("host-metrics.json");
  const cpu = metrics?.plugins.find(({ plugin }) => plugin === "cpu");
  assert.deepEqual(cpu?.measurements, [
    { name: "usage_idle", rename: undefined, unit: undefined },
    { name: "usage_iowait", rename: "CPU_IOWAIT", unit: "Percent" },
    { name: "usage_user", rename: undefined, unit: undefined },
    { name: "time_system", rename: undefined, unit: undefined },
  ]);
  assert.equal(cpu?.interval, 10);
  assert.deepEqual(cpu?.dropOriginal, new Set(["usage_user"]));
  assert.deepEqual(metrics?.aggregationDimensions, [
    ["InstanceId"],
    ["InstanceId", "InstanceType"],
    ["AutoScalingGroupName"],
    [],
  ]);
  const disk = metrics?.plugins.find(({ plugin }) => plugin === "disk");
  assert.deepEqual(disk?.resources, new Set(["/", "/data"]));
  assert.equal(disk?.dropDevice, true);
  assert.equal(metrics?.plugins.find(({ plugin }) => plugin === "mem")?.interval, 60);
  const { metrics: watched } = loaded("process-watch.json");
  assert.deepEqual(
    watched?.plugins.map(({ processes, interval }) => [processes?.by, processes?.text, interval]),
    [
      ["exe", "mariadbd", 15],
      ["pid_file", "/run/sshd.pid", 60],
      ["pattern", "java .*orders\\.jar", 60],
    ],
  );
});

test("listeners", () => {
  const { metrics } = loaded("statsd-and-collectd.json");
  assert.deepEqual(metrics?.statsd?.address, { transport: "udp", host: "", port: 8125 });
  assert.equal(metrics?.statsd?.separator, ".");
  assert.deepEqual(metrics?.collectd?.address, { transport: "udp", host: "127.0.0.1", port: 25_826 });
  assert.equal(metrics?.collectd?.security, "sign");
  assert.deepEqual(loaded("embedded-metrics.json").logs?.embeddedMetrics, [
    { transport: "tcp", host: "127.0.0.1", port: 25_888 },
  ]);
  assert.deepEqual(
    loaded("container-host.json").logs?.embeddedMetrics.map(({ transport }) => transport),
    ["udp", "tcp"],
  );
});

test("what is not collected is said, by name", () => {
  const notes = (name: string) => loaded(name).problems.map(({ path, message }) => `${path}: ${message}`);
  assert.match(notes("windows-server.json").join("\n"), /windows_events: is for Windows and is skipped/);
  assert.match(notes("process-watch.json").join("\n"), /nvidia_smi: NVIDIA GPU: not collected here/);
  assert.match(notes("embedded-metrics.json").join("\n"), /^\/traces: traces are not collected here$/m);
  assert.match(
    notes("container-host.json").join("\n"),
    /kubernetes: Container Insights of Kubernetes is not collected/,
  );
});

test("errors name the file, the place and the path", () => {
  const list = "/logs/logs_collected/files/collect_list";
  assert.deepEqual(errorsOf('{\n  "agent": {"region": 5,}\n}'), ["1:2:25 /: is no JSON: property name expected"]);
  assert.deepEqual(errorsOf('{"agent": {\n "region": 5}}')[0], "1:2:12 /agent/region: must be a text, not 5");
  const cases: readonly (readonly [object, string])[] = [
    [{}, ": has no file_path"],
    [{ file_path: "relative.log" }, '/file_path: must be an absolute path, not "relative.log"'],
    [{ file_path: "/a", timezone: "CET" }, '/timezone: must be one of Local, LOCAL, UTC, not "CET"'],
    [{ file_path: "/a", retention_in_days: 8 }, "/retention_in_days: must be one of -1, 1, 3"],
    [{ file_path: "/a", log_group_clas: "STANDARD" }, "/log_group_clas: is not known here. Known: auto_removal"],
    [
      { file_path: "/a", multi_line_start_pattern: "(" },
      "/multi_line_start_pattern: is no regular expression: missing closing )",
    ],
    [
      { file_path: "/a", multi_line_start_pattern: "{timestamp_format}" },
      "stands for the timestamp_format, which is not given",
    ],
    [{ file_path: "/a", encoding: "klingon" }, '/encoding: "klingon" is no encoding'],
    [
      { file_path: "/a", log_group_class: "CHEAP" },
      "/log_group_class: must be STANDARD, INFREQUENT_ACCESS or DELIVERY",
    ],
    [
      { file_path: "/a", filters: [{ type: "maybe", expression: "x" }] },
      "/filters/0/type: must be one of include, exclude",
    ],
    [{ file_path: "/a", filters: [{ type: "include" }] }, "/filters/0: has no expression"],
    [{ file_path: "/a", auto_removal: "yes" }, "/auto_removal: must be true or false, not a text"],
  ];
  for (const [item, message] of cases) {
    const [error = ""] = errorsOf(files(item));
    assert.match(error, /^1:1:\d+ /, error);
    assert.ok(error.includes(`${list}/0`) && error.includes(message), `${error} <> ${message}`);
  }
  const metrics = (collected: object) => JSON.stringify({ metrics: { metrics_collected: collected } });
  assert.match(
    errorsOf(metrics({ cpu: { measurement: ["usage_total"] } }))[0] ?? "",
    /cpu\/measurement\/0: cpu has no measurement "usage_total"/,
  );
  assert.match(
    errorsOf(metrics({ procstat: [{ measurement: ["pid"] }] }))[0] ?? "",
    /has neither pid_file nor exe nor pattern/,
  );
  assert.match(
    errorsOf(metrics({ statsd: { service_address: "8125" } }))[0] ?? "",
    /must be an address such as udp:\/\/127\.0\.0\.1:8125/,
  );
  assert.match(errorsOf(metrics({}))[0] ?? "", /metrics_collected: must not be empty/);
  assert.match(errorsOf("{}")[0] ?? "", /has neither logs nor metrics/);
  assert.match(errorsOf(`${"[".repeat(100)}${"]".repeat(100)}`)[0] ?? "", /nested more than 64 deep/);
  assert.match(errorsOf('{"agent":{"debug":true,"debug":false},"logs":{}}')[0] ?? "", /\/agent\/debug: is given twice/);
});

test("the first phase is the schema, the second what the texts say together", () => {
  const phase = (...texts: readonly string[]) =>
    readConfiguration(texts.map((text) => ({ name: "x", text }))).failedPhase;
  assert.equal(phase('{"logs":[]}'), 1);
  assert.equal(phase("{}"), 2);
  assert.equal(phase(files({ file_path: "/a" })), undefined);
});

test("configurations merge as append-config does", () => {
  const base = JSON.stringify({
    agent: { metrics_collection_interval: 30 },
    logs: {
      logs_collected: { files: { collect_list: [{ file_path: "/a", log_group_name: "A" }] } },
      force_flush_interval: 7,
    },
    metrics: {
      metrics_collected: { mem: { measurement: ["used_percent"] }, procstat: [{ exe: "a", measurement: ["pid"] }] },
    },
  });
  const added = JSON.stringify({
    agent: { region: "eu-west-1" },
    logs: {
      logs_collected: { files: { collect_list: [{ file_path: "/a", log_group_name: "A" }, { file_path: "/b" }] } },
      force_flush_interval: 7,
    },
    metrics: { metrics_collected: { swap: { measurement: ["used"] }, procstat: [{ exe: "b", measurement: ["pid"] }] } },
  });
  const { configuration } = readConfiguration([base, added].map((text, index) => ({ name: `${index}`, text })));
  assert.equal(configuration?.agent.region, "eu-west-1");
  assert.deepEqual(
    configuration?.logs?.files.map(({ filePath }) => filePath),
    ["/a", "/b"],
  );
  assert.deepEqual(
    configuration?.metrics?.plugins.map(({ plugin, processes, interval }) => [plugin, processes?.text, interval]),
    [
      ["mem", undefined, 30],
      ["procstat", "a", 30],
      ["procstat", "b", 30],
      ["swap", undefined, 30],
    ],
  );
});

test("configurations that contradict one another are refused at the place", () => {
  const one =
    '{"agent":{"region":"eu-west-1"},"logs":{"logs_collected":{"files":{"collect_list":[{"file_path":"/a","log_group_name":"G","retention_in_days":3}]}}}}';
  assert.deepEqual(errorsOf(one, '{"agent":{"region":"us-east-1"}}'), [
    "2 /agent/region: Different values are specified for region",
  ]);
  assert.match(
    errorsOf(one, files({ file_path: "/b", log_group_name: "G", retention_in_days: 5 }))[0] ?? "",
    /collect_list\/1\/retention_in_days: is 5, but another item gives group G 3/,
  );
});
