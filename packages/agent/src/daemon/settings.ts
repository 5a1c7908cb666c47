import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parse, TomlError } from "smol-toml";
import type { WhenFull } from "../delivery/spool.ts";

/** Where an agent keeps its things, all below one directory. */
export interface AgentPaths {
  readonly home: string;
  /** Settings of the host: credentials, endpoint, spool. */
  readonly settings: string;
  /** The configurations in force, a file each. */
  readonly configurations: string;
  readonly positions: string;
  readonly spool: string;
  /** Which process runs. */
  readonly process: string;
  readonly log: string;
  /** What a registration gave: the host's id and key. */
  readonly registration: string;
}

export function agentPaths(home: string): AgentPaths {
  return {
    home,
    settings: join(home, "etc", "common-config.toml"),
    configurations: join(home, "etc", "amazon-cloudwatch-agent.d"),
    positions: join(home, "state", "positions.json"),
    spool: join(home, "state", "spool"),
    process: join(home, "state", "process.json"),
    log: join(home, "logs", "amazon-cloudwatch-agent.log"),
    registration: join(home, "etc", "registration.json"),
  };
}

/** For root the system's place, for others their own. */
export function defaultHome(env: Readonly<Record<string, string | undefined>>, isRoot: boolean): string {
  return (
    env.NEPHOSCOPE_AGENT_HOME ||
    (isRoot ? "/var/lib/nephoscope-agent" : join(env.HOME ?? homedir(), ".nephoscope-agent"))
  );
}

/** The host's settings: the original's `common-config.toml`, and a table `[nephoscope]` beside it. */
export interface AgentSettings {
  readonly profile: string | undefined;
  readonly credentialFile: string | undefined;
  /** Of `[proxy]`; undefined leaves it to the environment. */
  readonly proxies: {
    readonly http: string | undefined;
    readonly https: string | undefined;
    /** Hosts that are reached directly, with commas between them. */
    readonly none: string | undefined;
  };
  readonly caBundle: string | undefined;
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
  readonly instanceId: string | undefined;
  readonly accountId: string | undefined;
  /** `AWS/EC2` metrics of this host; undefined: when a Nephoscope server is the endpoint, as AWS takes none. */
  readonly instanceMetrics: boolean | undefined;
  readonly detailedMonitoring: boolean;
  /** The agent's own health as metrics; undefined as for `instanceMetrics`. */
  readonly healthMetrics: boolean | undefined;
  readonly spoolBytes: number;
  readonly whenFull: WhenFull;
}

const DEFAULT_SPOOL_MEGABYTES = 256;

export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

type Table = Readonly<Record<string, unknown>>;

/** Reads the settings; a missing file means defaults. @throws SettingsError */
export function readSettings(path: string): AgentSettings {
  let text = "";
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  return parseSettings(text, path);
}

export function parseSettings(text: string, path: string): AgentSettings {
  let root: Table;
  try {
    root = { ...parse(text) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new SettingsError(`${path}:${error.line}:${error.column}: ${error.message.split("\n")[0]}`);
  }
  const table = (name: string): Table => {
    const value = root[name];
    if (value === undefined) return {};
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new SettingsError(`${path}: [${name}] must be a table`);
    return { ...value };
  };
  const credentials = table("credentials");
  const own = table("nephoscope");
  const spool = table("spool");
  const proxy = table("proxy");
  const whenFull = textOf(path, "spool", spool, "when_full") ?? "wait";
  if (whenFull !== "wait" && whenFull !== "drop_newest" && whenFull !== "drop_oldest") {
    throw new SettingsError(`${path}: [spool] when_full must be wait, drop_newest or drop_oldest, not "${whenFull}"`);
  }
  return {
    profile: textOf(path, "credentials", credentials, "shared_credential_profile"),
    credentialFile: textOf(path, "credentials", credentials, "shared_credential_file"),
    proxies: {
      http: proxyOf(path, proxy, "http_proxy"),
      https: proxyOf(path, proxy, "https_proxy"),
      none: textOf(path, "proxy", proxy, "no_proxy"),
    },
    caBundle: textOf(path, "ssl", table("ssl"), "ca_bundle_path"),
    endpoint: textOf(path, "nephoscope", own, "endpoint"),
    region: textOf(path, "nephoscope", own, "region"),
    instanceId: textOf(path, "nephoscope", own, "instance_id"),
    accountId: textOf(path, "nephoscope", own, "account_id"),
    instanceMetrics: flagOf(path, own, "instance_metrics"),
    detailedMonitoring: flagOf(path, own, "detailed_monitoring") ?? false,
    healthMetrics: flagOf(path, own, "health_metrics"),
    spoolBytes: (numberOf(path, "spool", spool, "max_megabytes") ?? DEFAULT_SPOOL_MEGABYTES) * 1_000_000,
    whenFull,
  };
}

function textOf(path: string, table: string, values: Table, name: string): string | undefined {
  const value = values[name];
  if (value === undefined || value === "") return undefined;
  if (typeof value !== "string") throw new SettingsError(`${path}: [${table}] ${name} must be a text`);
  return value;
}

function proxyOf(path: string, values: Table, name: string): string | undefined {
  const value = textOf(path, "proxy", values, name);
  if (value !== undefined && !/^https?:$/.test(URL.parse(value)?.protocol ?? ""))
    throw new SettingsError(`${path}: [proxy] ${name} must be such as http://proxy.example.com:3128, not "${value}"`);
  return value;
}

function flagOf(path: string, values: Table, name: string): boolean | undefined {
  const value = values[name];
  if (value === undefined) return undefined;
  if (typeof value !== "boolean") throw new SettingsError(`${path}: [nephoscope] ${name} must be true or false`);
  return value;
}

function numberOf(path: string, table: string, values: Table, name: string): number | undefined {
  const value = values[name];
  if (value === undefined) return undefined;
  if (typeof value !== "number" || value < 0 || value > 1_000_000)
    throw new SettingsError(`${path}: [${table}] ${name} must be a number from 0 to 1000000`);
  return value;
}
