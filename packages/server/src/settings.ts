import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { LOG_LEVELS, type LogLevel } from "./platform/log/log.ts";
import { isMailAddress } from "./platform/mail/mail.ts";
import { readUpstreamUrl } from "./platform/objects/upstream-s3.ts";
import { type OpenSearchDomain, readOpenSearchDomains } from "./platform/outgoing/open-search-domains.ts";
import { parseRange } from "./platform/outgoing/target-rules.ts";

/** What the operator can choose. Every value is checked when it is read, so the rest of the server can rely on it. */
export interface Settings {
  readonly data: string;
  readonly listen: { readonly host: string; readonly port: number };
  readonly accountId: string;
  readonly region: string;
  readonly adminKeyId: string | undefined;
  readonly adminSecret: string | undefined;
  /** The root key in base64; undefined: it is in a file of the data directory. */
  readonly rootKey: string | undefined;
  /** Where a ClickHouse cluster is; undefined for the embedded engine. */
  readonly clickhouseUrl: string | undefined;
  readonly engineMemoryMb: number | undefined;
  readonly maxConnections: number;
  /** Most metric filters of a log group. */
  readonly metricFiltersPerGroup: number;
  /** Most subscription filters of a log group. */
  readonly subscriptionFiltersPerGroup: number;
  /** Clusters that subscriptions may send to. */
  readonly openSearchDomains: readonly OpenSearchDomain[];
  /** Another S3 in which files and objects are kept; undefined: in the data directory. */
  readonly objectsUrl: string | undefined;
  /** The mail server; undefined: mails land in the mail outbox. */
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
  /** What links begin with, without a slash at the end; undefined: the address listened on. */
  readonly publicUrl: string | undefined;
  /** Ranges of addresses that webhooks may reach although they are not public. */
  readonly allowPrivateTargets: readonly string[];
  readonly logLevel: LogLevel;
}

/** One line of the table of settings: the same in flags, environment and file. */
export interface SettingLine {
  readonly name: keyof Settings;
  readonly flag: string;
  readonly env: string;
  readonly default: string;
  readonly meaning: string;
  /** Never shown in messages or listings. */
  readonly secret?: true;
}

export const settingsTable: readonly SettingLine[] = [
  {
    name: "data",
    flag: "data",
    env: "NEPHOSCOPE_DATA",
    default: "~/.nephoscope",
    meaning: "Directory for everything that is kept",
  },
  {
    name: "listen",
    flag: "listen",
    env: "NEPHOSCOPE_LISTEN",
    default: "127.0.0.1:4580",
    meaning: "Address and port to listen on (port 0: any free one)",
  },
  {
    name: "accountId",
    flag: "account-id",
    env: "NEPHOSCOPE_ACCOUNT_ID",
    default: "123456789012",
    meaning: "Account of the first administrator (12 digits)",
  },
  {
    name: "region",
    flag: "region",
    env: "NEPHOSCOPE_REGION",
    default: "us-east-1",
    meaning: "Region that examples and the first steps use",
  },
  {
    name: "adminKeyId",
    flag: "admin-key-id",
    env: "NEPHOSCOPE_ADMIN_KEY_ID",
    default: "(made at the first start)",
    meaning: "Access key id of the administrator; needs the secret too",
  },
  {
    name: "adminSecret",
    flag: "admin-secret",
    env: "NEPHOSCOPE_ADMIN_SECRET",
    default: "(made at the first start)",
    meaning: "Secret of that key; better given by environment or file than by flag",
    secret: true,
  },
  {
    name: "rootKey",
    flag: "root-key",
    env: "NEPHOSCOPE_ROOT_KEY",
    default: "(root.key in the data directory)",
    meaning: "Key that seals stored secrets: 32 bytes in base64; better given by environment or file than by flag",
    secret: true,
  },
  {
    name: "clickhouseUrl",
    flag: "clickhouse-url",
    env: "NEPHOSCOPE_CLICKHOUSE_URL",
    default: "(embedded engine)",
    meaning: "ClickHouse to use instead: http(s)://user:password@host:8123/database",
    secret: true,
  },
  {
    name: "engineMemoryMb",
    flag: "engine-memory-mb",
    env: "NEPHOSCOPE_ENGINE_MEMORY_MB",
    default: "(40% of the machine)",
    meaning: "Most memory that the embedded engine may take, in MiB",
  },
  {
    name: "maxConnections",
    flag: "max-connections",
    env: "NEPHOSCOPE_MAX_CONNECTIONS",
    default: "10000",
    meaning: "Most open connections; further ones are closed at once",
  },
  {
    name: "metricFiltersPerGroup",
    flag: "metric-filters-per-group",
    env: "NEPHOSCOPE_METRIC_FILTERS_PER_GROUP",
    default: "100",
    meaning: "Most metric filters of a log group, up to 1000; AWS allows 100",
  },
  {
    name: "subscriptionFiltersPerGroup",
    flag: "subscription-filters-per-group",
    env: "NEPHOSCOPE_SUBSCRIPTION_FILTERS_PER_GROUP",
    default: "2",
    meaning: "Most subscription filters of a log group, up to 100; AWS allows 2",
  },
  {
    name: "openSearchDomains",
    flag: "opensearch-domains",
    env: "NEPHOSCOPE_OPENSEARCH_DOMAINS",
    default: "(none)",
    meaning: "OpenSearch clusters for subscriptions: NAME=https://user:password@host:9200, separated by commas",
    secret: true,
  },
  {
    name: "objectsUrl",
    flag: "objects-url",
    env: "NEPHOSCOPE_OBJECTS_URL",
    default: "(in the data directory)",
    meaning: "Another S3 for files and objects: https://KEY:SECRET@host/bucket/prefix?region=REGION",
    secret: true,
  },
  {
    name: "smtpUrl",
    flag: "smtp-url",
    env: "NEPHOSCOPE_SMTP_URL",
    default: "(mails land in the outbox)",
    meaning: "Mail server: smtp://user:password@host:port, or smtps:// for TLS from the start",
    secret: true,
  },
  {
    name: "mailFrom",
    flag: "mail-from",
    env: "NEPHOSCOPE_MAIL_FROM",
    default: "Nephoscope <no-reply@localhost>",
    meaning: "Sender of mails: an address, or a name and <address>",
  },
  {
    name: "publicUrl",
    flag: "public-url",
    env: "NEPHOSCOPE_PUBLIC_URL",
    default: "(the address listened on)",
    meaning: "What links in mails and messages begin with, where others find this server",
  },
  {
    name: "allowPrivateTargets",
    flag: "allow-private-targets",
    env: "NEPHOSCOPE_ALLOW_PRIVATE_TARGETS",
    default: "(none)",
    meaning: "Address ranges that webhooks may reach although they are not public, such as 10.1.0.0/16,::1/128",
  },
  {
    name: "logLevel",
    flag: "log-level",
    env: "NEPHOSCOPE_LOG_LEVEL",
    default: "info",
    meaning: "Least level that the server writes to stderr: debug, info, warn, error",
  },
];

export const CONFIG_FILE_ENV = "NEPHOSCOPE_CONFIG";

/** A setting that can't be used. The message names the setting, where its value came from, and what it should be. */
export class SettingError extends Error {
  override readonly name = "SettingError";
}

export interface SettingSources {
  /** Flags by their names in the table, without dashes; `config` names the file. */
  readonly flags?: Readonly<Record<string, string | undefined>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads the settings: a flag wins over the environment, which wins over the file (JSON with the names of the table),
 * which wins over the default.
 */
export function readSettings({ flags = {}, env = {} }: SettingSources = {}): Settings {
  const file = readConfigFile(flags.config ?? env[CONFIG_FILE_ENV]);
  const given = (name: keyof Settings): Given | undefined => {
    const line = settingsTable.find((candidate) => candidate.name === name);
    if (line === undefined) return undefined;
    const fromFlag = flags[line.flag];
    if (fromFlag !== undefined) return { value: fromFlag, origin: `--${line.flag}`, secret: line.secret === true };
    const fromEnv = env[line.env];
    if (fromEnv !== undefined && fromEnv !== "")
      return { value: fromEnv, origin: line.env, secret: line.secret === true };
    const fromFile = file?.values[name];
    if (fromFile === undefined) return undefined;
    return { value: String(fromFile), origin: `"${name}" in ${file?.path}`, secret: line.secret === true };
  };

  const adminKeyId = given("adminKeyId")?.value;
  const adminSecret = given("adminSecret")?.value;
  if ((adminKeyId === undefined) !== (adminSecret === undefined)) {
    throw new SettingError("NEPHOSCOPE_ADMIN_KEY_ID and NEPHOSCOPE_ADMIN_SECRET go together: give both or none");
  }

  return {
    data: resolve(given("data")?.value.replace(/^~(?=\/|$)/, homedir()) ?? join(homedir(), ".nephoscope")),
    listen: readListen(given("listen")),
    accountId: matching(given("accountId"), /^\d{12}$/, "12 digits") ?? "123456789012",
    region: matching(given("region"), /^[a-z]{2}(-[a-z]+)+-\d$/, "a region's name such as us-east-1") ?? "us-east-1",
    adminKeyId,
    adminSecret,
    rootKey: matching(given("rootKey"), /^[A-Za-z0-9+/]{43}=$/, "32 bytes in base64"),
    clickhouseUrl: readUrl(given("clickhouseUrl")),
    engineMemoryMb: readInteger(given("engineMemoryMb"), 512, 1 << 20),
    maxConnections: readInteger(given("maxConnections"), 1, 1_000_000) ?? 10_000,
    metricFiltersPerGroup: readInteger(given("metricFiltersPerGroup"), 1, 1_000) ?? 100,
    objectsUrl: readObjectsUrl(given("objectsUrl")),
    smtpUrl: readSmtpUrl(given("smtpUrl")),
    mailFrom: readMailFrom(given("mailFrom")) ?? "Nephoscope <no-reply@localhost>",
    publicUrl: readPublicUrl(given("publicUrl")),
    allowPrivateTargets: readRanges(given("allowPrivateTargets")),
    subscriptionFiltersPerGroup: readInteger(given("subscriptionFiltersPerGroup"), 1, 100) ?? 2,
    openSearchDomains: readDomains(given("openSearchDomains")),
    logLevel: readLevel(given("logLevel")) ?? "info",
  };
}

interface Given {
  readonly value: string;
  readonly origin: string;
  readonly secret: boolean;
}

function refuse(given: Given, wanted: string): never {
  throw new SettingError(`${given.origin}${given.secret ? "" : ` is "${given.value}", but`} must be ${wanted}`);
}

function matching(given: Given | undefined, pattern: RegExp, wanted: string): string | undefined {
  if (given !== undefined && !pattern.test(given.value)) refuse(given, wanted);
  return given?.value;
}

function readInteger(given: Given | undefined, min: number, max: number): number | undefined {
  if (given === undefined) return undefined;
  const value = Number(given.value);
  if (!Number.isInteger(value) || value < min || value > max) refuse(given, `a whole number from ${min} to ${max}`);
  return value;
}

function readLevel(given: Given | undefined): LogLevel | undefined {
  if (given === undefined) return undefined;
  return LOG_LEVELS.find((level) => level === given.value) ?? refuse(given, `one of ${LOG_LEVELS.join(", ")}`);
}

function readListen(given: Given | undefined): { host: string; port: number } {
  if (given === undefined) return { host: "127.0.0.1", port: 4580 };
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(given.value);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port > 65_535) refuse(given, "an address and a port, such as 127.0.0.1:4580 or [::1]:4580");
  return { host, port };
}

function readUrl(given: Given | undefined): string | undefined {
  if (given === undefined) return undefined;
  const url = URL.canParse(given.value) ? new URL(given.value) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:")
    refuse(given, "a URL such as http://user:password@host:8123/nephoscope");
  return given.value;
}

function readObjectsUrl(given: Given | undefined): string | undefined {
  if (given === undefined) return undefined;
  try {
    readUpstreamUrl(given.value);
  } catch {
    refuse(given, "an address of the form https://KEY:SECRET@host/bucket/prefix?region=REGION");
  }
  return given.value;
}

function readSmtpUrl(given: Given | undefined): string | undefined {
  if (given === undefined) return undefined;
  const url = URL.canParse(given.value) ? new URL(given.value) : undefined;
  if ((url?.protocol !== "smtp:" && url?.protocol !== "smtps:") || url.hostname === "")
    refuse(given, "a URL such as smtp://user:password@mail.example.org:587 or smtps://mail.example.org");
  return given.value;
}

function readMailFrom(given: Given | undefined): string | undefined {
  if (given === undefined) return undefined;
  const address = /^[^<>\p{Cc}]*<([^<>]*)>$/u.exec(given.value)?.[1] ?? given.value;
  if (!isMailAddress(address)) refuse(given, "an address, or a name and <address>");
  return given.value;
}

function readPublicUrl(given: Given | undefined): string | undefined {
  if (given === undefined) return undefined;
  const url = URL.canParse(given.value) ? new URL(given.value) : undefined;
  const plain = url?.search === "" && url.hash === "" && url.username === "" && url.password === "";
  if ((url?.protocol !== "http:" && url?.protocol !== "https:") || !plain)
    refuse(given, "a URL such as https://watch.example.org");
  return url.href.replace(/\/+$/, "");
}

function readDomains(given: Given | undefined): readonly OpenSearchDomain[] {
  if (given === undefined) return [];
  return (
    readOpenSearchDomains(given.value) ??
    refuse(given, "domains such as search=https://user:password@host:9200, separated by commas; a password needs https")
  );
}

function readRanges(given: Given | undefined): readonly string[] {
  const ranges = (given?.value ?? "").split(/[\s,]+/).filter((text) => text !== "");
  const wrong = ranges.find((text) => parseRange(text) === undefined);
  if (given !== undefined && wrong !== undefined)
    refuse(given, `ranges of addresses such as 10.1.0.0/16 or ::1/128, separated by commas ("${wrong}" is none)`);
  return ranges;
}

function readConfigFile(path: string | undefined): { path: string; values: Record<string, unknown> } | undefined {
  if (path === undefined || path === "") return undefined;
  let values: unknown;
  try {
    values = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new SettingError(
      `the settings file ${path} can't be read: ${error instanceof Error ? error.message : error}`,
    );
  }
  if (typeof values !== "object" || values === null || Array.isArray(values)) {
    throw new SettingError(`the settings file ${path} must hold one JSON object`);
  }
  const known = new Set<string>(settingsTable.map((line) => line.name));
  const strangers = Object.keys(values).filter((name) => !known.has(name));
  if (strangers.length > 0) {
    throw new SettingError(
      `the settings file ${path} has unknown settings: ${strangers.join(", ")}. Known: ${[...known].join(", ")}`,
    );
  }
  return { path, values: { ...values } };
}
