import { RETENTION_DAYS } from "../configuration/file-source.ts";

/** Asks people. Tests answer by a list. */
export interface Asker {
  /** Writes a text. */
  say(text: string): void;
  /** @returns the line that was typed; undefined at the end of the input */
  answer(): Promise<string | undefined>;
}

export interface WizardHost {
  /** Whether this host is an instance or registered: the default of the second question. */
  readonly isInstance: boolean;
  readonly readFile: (path: string) => string;
}

/** What the wizard made. */
export interface WizardResult {
  /** The configuration, as the original's wizard writes it. */
  readonly text: string;
  /** Where it is to be stored besides; undefined: nowhere. */
  readonly parameter: { readonly name: string; readonly region: string } | undefined;
}

/** The input ended before the questions did. */
export class WizardEnded extends Error {
  override readonly name = "WizardEnded";
}

type Json = { [name: string]: unknown };

/** Asks the original's questions in their order. An empty answer takes the default, which is marked. */
export async function runWizard(asker: Asker, host: WizardHost): Promise<WizardResult> {
  const { say } = asker;
  say(
    "================================================================\n= Welcome to the Amazon CloudWatch Agent Configuration Manager =\n================================================================\n",
  );
  const os = await choose(asker, "On which OS are you planning to use the agent?", ["linux", "windows", "darwin"], 1);
  const place = await choose(
    asker,
    "Are you using EC2 or On-Premises hosts?",
    ["EC2", "On-Premises"],
    host.isInstance ? 1 : 2,
  );
  const onPremises = place === "On-Premises";
  const agent: Json = {};
  if (os !== "windows") {
    const user = await choose(asker, "Which user are you planning to run the agent?", ["cwagent", "root", "others"], 1);
    agent.run_as_user =
      user === "others"
        ? await ask(asker, "Please specify your own user(the user must exist before the agent runs):", "root")
        : user;
  }
  const collected: Json = {};
  if (await yes(asker, "Do you want to turn on StatsD daemon?", 1)) collected.statsd = await askStatsd(asker);
  if (
    os !== "windows" &&
    (await yes(
      asker,
      "Do you want to monitor metrics from CollectD? WARNING: CollectD must be installed or the Agent will fail to start",
      1,
    ))
  ) {
    collected.collectd = { metrics_aggregation_interval: 60 };
  }
  const metrics: Json = {};
  if (await yes(asker, "Do you want to monitor any host metrics? e.g. CPU, memory, etc.", 1))
    await askHostMetrics(asker, os, onPremises, agent, metrics, collected);
  if (Object.keys(collected).length > 0) metrics.metrics_collected = collected;

  const files: Json[] = [];
  if (
    os !== "windows" &&
    (await yes(
      asker,
      "Do you have any existing CloudWatch Log Agent (http://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AgentReference.html) configuration file to import for migration?",
      2,
    ))
  ) {
    const path = await ask(
      asker,
      "What is the file path for the existing cloudwatch log agent configuration file?",
      "/var/awslogs/etc/awslogs.conf",
    );
    try {
      files.push(...importOlder(host.readFile(path)));
    } catch (error) {
      say(`${path} can not be read: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
  if (await yes(asker, "Do you want to monitor any log files?", 1)) {
    do files.push(await askFile(asker, onPremises));
    while (await yes(asker, "Do you want to specify any additional log files to monitor?", 1));
  }
  if (await yes(asker, "Do you want the CloudWatch agent to also retrieve X-ray traces?", 2)) {
    say("Traces are not collected by this agent; the section is left out.\n");
  }
  const configuration: Json = {
    agent,
    ...(files.length > 0 && { logs: { logs_collected: { files: { collect_list: files } } } }),
    ...(metrics.metrics_collected !== undefined && { metrics }),
  };
  const text = `${JSON.stringify(configuration, undefined, "\t")}\n`;
  say(`Here is the config that you have made:\n${text}`);
  return { text, parameter: await askParameter(asker, os) };
}

async function askParameter(asker: Asker, os: string): Promise<WizardResult["parameter"]> {
  if (!(await yes(asker, "Do you want to store the config in the SSM parameter store?", 1))) return undefined;
  const question =
    "What parameter store name do you want to use to store your config? (Use 'AmazonCloudWatch-' prefix if you use our managed AWS policy)";
  return {
    name: await ask(asker, question, `AmazonCloudWatch-${os}`),
    region: await ask(asker, "Which region do you want to store the config in the parameter store?", "us-east-1"),
  };
}

async function askStatsd(asker: Asker): Promise<Json> {
  const port = await ask(asker, "Which port do you want StatsD daemon to listen to?", "8125");
  const collection = await choose(asker, "What is the collect interval for StatsD daemon?", ["10s", "30s", "60s"], 1);
  const aggregation = await choose(
    asker,
    "What is the aggregation interval for metrics collected by StatsD daemon?",
    ["Do not aggregate", "10s", "30s", "60s"],
    4,
  );
  return {
    metrics_aggregation_interval: aggregation === "Do not aggregate" ? 0 : Number.parseInt(aggregation, 10),
    metrics_collection_interval: Number.parseInt(collection, 10),
    service_address: `:${port}`,
  };
}

const PLANS = ["Basic", "Standard", "Advanced", "None"];

async function askHostMetrics(
  asker: Asker,
  os: string,
  onPremises: boolean,
  agent: Json,
  metrics: Json,
  collected: Json,
): Promise<void> {
  const eachCore = await yes(asker, "Do you want to monitor cpu metrics per core?", 1);
  if (
    !onPremises &&
    (await yes(
      asker,
      "Do you want to add ec2 dimensions (ImageId, InstanceId, InstanceType, AutoScalingGroupName) into all of your metrics if the info is available?",
      1,
    ))
  ) {
    const names = ["AutoScalingGroupName", "ImageId", "InstanceId", "InstanceType"];
    metrics.append_dimensions = Object.fromEntries(names.map((name) => [name, `\${aws:${name}}`]));
  }
  if (!onPremises && (await yes(asker, "Do you want to aggregate ec2 dimensions (InstanceId)?", 1)))
    metrics.aggregation_dimensions = [["InstanceId"]];
  const question =
    "Would you like to collect your metrics at high resolution (sub-minute resolution)? This enables sub-minute resolution for all metrics, but you can customize for specific metrics in the output json file.";
  const interval = Number.parseInt(await choose(asker, question, ["1s", "10s", "30s", "60s"], 4), 10);
  agent.metrics_collection_interval = interval;
  for (;;) {
    const plan = PLANS.indexOf(await choose(asker, "Which default metrics config do you want?", PLANS, 1));
    const chosen = os === "windows" ? windowsPlan(plan, interval) : linuxPlan(plan, interval, eachCore);
    asker.say(
      `Current config as follows:\n${JSON.stringify({ agent, metrics: { ...metrics, metrics_collected: { ...collected, ...chosen } } }, undefined, "\t")}\n`,
    );
    if (
      await yes(
        asker,
        "Are you satisfied with the above config? Note: it can be manually customized after the wizard completes to add additional items.",
        1,
      )
    ) {
      Object.assign(collected, chosen);
      return;
    }
  }
}

/** @param plan 0 basic, 1 standard, 2 advanced, 3 none: each has what the one before has, and more */
function linuxPlan(plan: number, interval: number, eachCore: boolean): Json {
  if (plan === 3) return {};
  const section = (measurement: readonly string[], resources?: readonly string[]): Json => ({
    measurement,
    metrics_collection_interval: interval,
    ...(resources !== undefined && { resources }),
  });
  const basic: Json = { disk: section(["used_percent"], ["*"]), mem: section(["mem_used_percent"]) };
  if (plan === 0) return basic;
  const cpu: Json = {
    ...section(
      ["cpu_usage_idle", "cpu_usage_iowait", "cpu_usage_user", "cpu_usage_system"],
      eachCore ? ["*"] : undefined,
    ),
    totalcpu: !eachCore,
  };
  const standard: Json = {
    ...basic,
    cpu,
    disk: section(["used_percent", "inodes_free"], ["*"]),
    diskio: section(["io_time"], ["*"]),
    swap: section(["swap_used_percent"]),
  };
  if (plan === 1) return standard;
  return {
    ...standard,
    diskio: section(["io_time", "write_bytes", "read_bytes", "writes", "reads"], ["*"]),
    netstat: section(["tcp_established", "tcp_time_wait"]),
  };
}

function windowsPlan(plan: number, interval: number): Json {
  if (plan === 3) return {};
  const section = (measurement: readonly string[], resources?: readonly string[]): Json => ({
    measurement,
    metrics_collection_interval: interval,
    ...(resources !== undefined && { resources }),
  });
  const basic: Json = { LogicalDisk: section(["% Free Space"], ["*"]), Memory: section(["% Committed Bytes In Use"]) };
  if (plan === 0) return basic;
  const standard: Json = {
    ...basic,
    "Paging File": section(["% Usage"], ["*"]),
    PhysicalDisk: section(["% Disk Time"], ["*"]),
    Processor: section(["% User Time", "% Idle Time", "% Interrupt Time"], ["*"]),
  };
  return plan === 1
    ? standard
    : { ...standard, TCPv4: section(["Connections Established"]), TCPv6: section(["Connections Established"]) };
}

async function askFile(asker: Asker, onPremises: boolean): Promise<Json> {
  let path = "";
  while (path === "") path = await ask(asker, "Log file path:", "");
  const name = path.split(/[\\/]/).at(-1)?.replaceAll(" ", "_") ?? path;
  const group = await ask(asker, "Log group name:", name);
  const groupClass = await choose(asker, "Log group class:", ["STANDARD", "INFREQUENT_ACCESS"], 1);
  const stream = await ask(asker, "Log stream name:", onPremises ? "{hostname}" : "{instance_id}");
  const days = await choose(asker, "Log Group Retention in days", RETENTION_DAYS.map(String), 1);
  return {
    file_path: path,
    log_group_class: groupClass,
    log_group_name: group,
    log_stream_name: stream,
    retention_in_days: Number(days),
  };
}

const OLD_NAMES: Readonly<Record<string, string>> = {
  file: "file_path",
  log_group_name: "log_group_name",
  log_stream_name: "log_stream_name",
  datetime_format: "timestamp_format",
  time_zone: "timezone",
  multi_line_start_pattern: "multi_line_start_pattern",
  encoding: "encoding",
};

/** Reads the older agent's file: a section for each log. What the newer schema has no place for is left out. */
export function importOlder(text: string): readonly Json[] {
  const found: Json[] = [];
  let current: Json | undefined;
  for (const line of text.split(/\r?\n/)) {
    const header = /^\s*\[(.+)\]\s*$/.exec(line);
    if (header !== null) {
      current = header[1] === "general" ? undefined : {};
      if (current !== undefined) found.push(current);
      continue;
    }
    const [, key = "", value = ""] = /^\s*([\w]+)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
    const name = OLD_NAMES[key];
    if (current === undefined || name === undefined || value === "") continue;
    if (name === "timezone") current[name] = value.toUpperCase() === "UTC" ? "UTC" : "Local";
    else current[name] = value.replaceAll("{datetime_format}", "{timestamp_format}");
  }
  return found.filter(({ file_path }) => file_path !== undefined);
}

async function choose(asker: Asker, question: string, options: readonly string[], preset: number): Promise<string> {
  const lines = options.map((option, index) => `${index + 1}. ${option}\n`).join("");
  for (;;) {
    asker.say(`${question}\n${lines}default choice: [${preset}]:\n`);
    const typed = await read(asker);
    const number = typed === "" ? preset : Number(typed);
    const option = options[number - 1];
    if (option !== undefined) return option;
    asker.say(`The value ${typed} is not valid to this question.\nPlease retry to answer:\n`);
  }
}

async function yes(asker: Asker, question: string, preset: 1 | 2): Promise<boolean> {
  return (await choose(asker, question, ["yes", "no"], preset)) === "yes";
}

async function ask(asker: Asker, question: string, preset: string): Promise<string> {
  asker.say(preset === "" ? `${question}\n` : `${question}\ndefault choice: [${preset}]\n`);
  return (await read(asker)) || preset;
}

async function read(asker: Asker): Promise<string> {
  const line = await asker.answer();
  if (line === undefined) throw new WizardEnded("the input ended before the last question");
  return line.trim();
}
