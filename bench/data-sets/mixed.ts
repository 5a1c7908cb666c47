import { at, Random } from "./random.ts";

/**
 * One day of a small fleet's logs, in the order of arrival: Apache access and error lines, sshd and sudo lines, VPC flow
 * records, function START/END/REPORT lines and CloudTrail records. Half of the events are flow records. Addresses, pages
 * and clients are skewed as in life; identifiers, ports, sizes and times are random, so that nothing compresses better
 * than real logs do.
 */
export type MixedEvent = { group: GroupName; stream: string; timestamp: number; message: string };

export const GROUPS = [
  "/web/access",
  "/web/error",
  "/host/auth",
  "/vpc/flow",
  "/aws/lambda/orders",
  "/aws/lambda/thumbnails",
  "/aws/cloudtrail",
] as const;
export type GroupName = (typeof GROUPS)[number];

/**
 * Words that stand in few messages and in no other. A search that is timed several times takes another word each time,
 * as the engine remembers where it found nothing.
 */
export const NEEDLES = [
  "quokkafault",
  "numbatpanic",
  "bilbyoverrun",
  "potoroostall",
  "wombatleak",
  "dunnartjam",
] as const;
/** How many messages of a data set hold each needle, whatever its size. */
export const HITS = 4;

const METHODS = ["GET", "GET", "GET", "GET", "GET", "GET", "POST", "POST", "HEAD", "PUT"] as const;
const PAGES = [
  "/",
  "/index.html",
  "/login",
  "/cart",
  "/checkout",
  "/search?q=",
  "/products/",
  "/api/v1/orders/",
  "/api/v1/items/",
  "/static/js/app.",
  "/static/css/site.",
  "/images/product/",
  "/favicon.ico",
  "/robots.txt",
  "/wp-login.php",
  "/phpmyadmin/",
  "/account/settings",
  "/api/v1/users/",
  "/blog/2026/",
  "/feed.xml",
] as const;
const AGENTS = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15",
  "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
  "curl/8.14.1",
  "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
  "python-requests/2.32.5",
  "ELB-HealthChecker/2.0",
] as const;
const STATUSES = [200, 200, 200, 200, 200, 200, 200, 200, 304, 304, 302, 301, 404, 404, 403, 500, 502] as const;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;
const USERS = ["root", "admin", "ubuntu", "ec2-user", "oracle", "test", "guest", "deploy", "git", "postgres"] as const;
const ERRORS = [
  "AH01630: client denied by server configuration: /var/www/html/",
  "AH00128: File does not exist: /var/www/html/",
  "AH01071: Got error from script /var/www/html/",
  "AH00036: access failed because search permissions are missing on a component of the path /var/www/html/",
] as const;
const SERVICES = [
  ["ec2.amazonaws.com", "DescribeInstances", true],
  ["s3.amazonaws.com", "GetBucketAcl", true],
  ["sts.amazonaws.com", "AssumeRole", true],
  ["iam.amazonaws.com", "CreateUser", false],
  ["ec2.amazonaws.com", "AuthorizeSecurityGroupIngress", false],
  ["logs.amazonaws.com", "CreateLogStream", false],
  ["kms.amazonaws.com", "Decrypt", true],
  ["signin.amazonaws.com", "ConsoleLogin", false],
] as const;
const PORTS = [443, 443, 443, 80, 80, 3306, 5432, 6379, 22, 53, 8080, 4306] as const;

const two = (value: number): string => (value < 10 ? `0${value}` : `${value}`);

/** Formatting a date is slow and most lines of a second share it: the three forms of the current second are kept. */
class Calendar {
  #second = -1;
  apache = "";
  error = "";
  syslog = "";
  iso = "";

  set(timestamp: number): void {
    const second = Math.floor(timestamp / 1000);
    if (second === this.#second) return;
    this.#second = second;
    const d = new Date(second * 1000);
    const clock = `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;
    const month = at(MONTHS, d.getUTCMonth());
    const day = d.getUTCDate();
    const year = d.getUTCFullYear();
    this.apache = `${two(day)}/${month}/${year}:${clock} +0000`;
    this.error = `${at(DAYS, d.getUTCDay())} ${month} ${two(day)} ${clock}`;
    this.syslog = `${month} ${day < 10 ? ` ${day}` : day} ${clock}`;
    this.iso = `${year}-${two(d.getUTCMonth() + 1)}-${two(day)}T${clock}Z`;
  }
}

export type MixedOptions = {
  /** How many events. */
  events: number;
  seed: number;
  /** Epoch milliseconds of the first event; the last stands just before `start + span`. */
  start: number;
  /** Milliseconds from the first event to the last. */
  span: number;
};

/** Yields `events` events with rising timestamps. The same options give the same events. */
export function* mixedEvents({ events, seed, start, span }: MixedOptions): Generator<MixedEvent> {
  const random = new Random(seed);
  const calendar = new Calendar();
  const clients = Array.from({ length: 20_000 }, () => address(random));
  const hosts = Array.from({ length: 24 }, (_, i) => `web-${two(i + 1)}.example.com`);
  const machines = Array.from({ length: 400 }, (_, i) => `ip-10-0-${i >> 6}-${i & 63}`);
  const inner = Array.from({ length: 240 }, (_, i) => `10.0.${i >> 6}.${(i & 63) + 4}`);
  const interfaces = Array.from({ length: 60 }, () => `eni-0${random.hex(16)}`);
  const pending: MixedEvent[] = [];
  const every = Math.floor(events / (NEEDLES.length * HITS));

  for (let i = 0; i < events; i++) {
    const timestamp = start + Math.floor((i * span) / events);
    calendar.set(timestamp);
    if (i % every === every >> 1) {
      yield hidden(random, timestamp, calendar, Math.floor(i / every), hosts, interfaces);
      continue;
    }
    const waiting = pending.length > 0 && random.below(4) === 0 ? pending.shift() : undefined;
    if (waiting !== undefined) {
      yield { ...waiting, timestamp };
      continue;
    }
    const dice = random.below(1000);
    if (dice < 567) yield flow(random, timestamp, interfaces, inner, clients);
    else if (dice < 797) yield access(random, timestamp, calendar, hosts, clients);
    else if (dice < 827) yield error(random, timestamp, calendar, hosts, clients);
    else if (dice < 943) yield auth(random, timestamp, calendar, machines, clients);
    else if (dice < 956) yield trail(random, timestamp, calendar, clients);
    else {
      const [first, ...rest] = invocation(random, timestamp, calendar);
      pending.push(...rest);
      yield first;
    }
  }
}

/** A message with a needle, in turn an error line and a flow record without traffic. */
function hidden(
  random: Random,
  timestamp: number,
  calendar: Calendar,
  n: number,
  hosts: string[],
  interfaces: string[],
): MixedEvent {
  const needle = at(NEEDLES, n);
  if (Math.floor(n / NEEDLES.length) % 2 === 0) {
    const message = `[${calendar.error} ${calendar.iso.slice(0, 4)}] [core:error] [pid ${random.between(300, 32000)}] worker stopped: ${needle} in slot ${random.below(64)}`;
    return { group: "/web/error", stream: at(hosts, n), timestamp, message };
  }
  const network = at(interfaces, n);
  const start = Math.floor(timestamp / 1000) - 60;
  const message = `2 123456789012 ${network} - - - - - - - ${start} ${start + 60} - ${needle}`;
  return { group: "/vpc/flow", stream: `${network}-all`, timestamp, message };
}

function address(random: Random): string {
  return `${random.between(1, 223)}.${random.below(256)}.${random.below(256)}.${random.between(1, 254)}`;
}

function flow(random: Random, timestamp: number, interfaces: string[], inner: string[], clients: string[]): MixedEvent {
  const network = at(interfaces, random.skewed(interfaces.length));
  const host = at(inner, random.skewed(inner.length));
  const peer =
    random.below(10) < 6 ? at(inner, random.below(inner.length)) : at(clients, random.skewed(clients.length));
  const packets = 1 + random.skewed(400);
  const bytes = packets * random.between(40, 1400);
  const start = Math.floor(timestamp / 1000) - random.between(60, 120);
  const rejected = random.below(20) === 0;
  const port = rejected ? random.between(1, 65535) : at(PORTS, random.below(PORTS.length));
  const inward = random.below(2) === 0;
  const ports = inward ? `${random.between(32768, 60999)} ${port}` : `${port} ${random.between(32768, 60999)}`;
  const pair = inward ? `${peer} ${host}` : `${host} ${peer}`;
  const protocol = port === 53 ? 17 : 6;
  const message = `2 123456789012 ${network} ${pair} ${ports} ${protocol} ${packets} ${bytes} ${start} ${start + random.between(20, 60)} ${rejected ? "REJECT" : "ACCEPT"} OK`;
  return { group: "/vpc/flow", stream: `${network}-all`, timestamp, message };
}

function page(random: Random): string {
  const path = at(PAGES, random.skewed(PAGES.length));
  if (path.endsWith("=")) return `${path}${random.hex(random.between(3, 8))}`;
  if (path.endsWith("/") && path.length > 1) return `${path}${random.skewed(200_000)}`;
  if (path.endsWith(".")) return `${path}${random.skewed(50)}.min${path.includes("js") ? ".js" : ".css"}`;
  return path;
}

function access(random: Random, timestamp: number, calendar: Calendar, hosts: string[], clients: string[]): MixedEvent {
  const host = random.skewed(hosts.length);
  const client = at(clients, random.skewed(clients.length));
  const status = at(STATUSES, random.below(STATUSES.length));
  const size = status === 304 ? "-" : random.skewed(60_000) + 120;
  const line = `${client} - - [${calendar.apache}] "${at(METHODS, random.below(METHODS.length))} ${page(random)} HTTP/1.1" ${status} ${size}`;
  // Half of the hosts write the combined format, half the common one.
  const message = host % 2 === 0 ? line : `${line} "-" "${at(AGENTS, random.skewed(AGENTS.length))}"`;
  return { group: "/web/access", stream: at(hosts, host), timestamp, message };
}

function error(random: Random, timestamp: number, calendar: Calendar, hosts: string[], clients: string[]): MixedEvent {
  const client = at(clients, random.skewed(clients.length));
  const [clock, year] = [calendar.error, calendar.iso.slice(0, 4)];
  const message = `[${clock}.${random.between(100000, 999999)} ${year}] [authz_core:error] [pid ${random.between(300, 32000)}:tid ${random.between(1, 64)}] [client ${client}:${random.between(1024, 65535)}] ${at(ERRORS, random.below(ERRORS.length))}${random.hex(6)}`;
  return { group: "/web/error", stream: at(hosts, random.skewed(hosts.length)), timestamp, message };
}

function auth(
  random: Random,
  timestamp: number,
  calendar: Calendar,
  machines: string[],
  clients: string[],
): MixedEvent {
  const machine = at(machines, random.below(machines.length));
  const client = at(clients, random.skewed(clients.length));
  const head = `${calendar.syslog} ${machine}`;
  const pid = random.between(400, 32767);
  const user = at(USERS, random.skewed(USERS.length));
  const dice = random.below(10);
  let text: string;
  if (dice < 5)
    text = `sshd[${pid}]: Failed password for ${user} from ${client} port ${random.between(1024, 65535)} ssh2`;
  else if (dice < 7) text = `sshd[${pid}]: Invalid user ${user}${random.below(100)} from ${client}`;
  else if (dice < 8)
    text = `sshd[${pid}]: Accepted publickey for ${user} from ${client} port ${random.between(1024, 65535)} ssh2`;
  else if (dice < 9) text = `CRON[${pid}]: pam_unix(cron:session): session opened for user ${user} by (uid=0)`;
  else
    text = `sudo: ${user} : TTY=pts/${random.below(8)} ; PWD=/home/${user} ; USER=root ; COMMAND=/usr/bin/systemctl restart nginx`;
  return { group: "/host/auth", stream: machine, timestamp, message: `${head} ${text}` };
}

function invocation(random: Random, timestamp: number, calendar: Calendar): [MixedEvent, ...MixedEvent[]] {
  const group = random.below(3) === 0 ? "/aws/lambda/thumbnails" : "/aws/lambda/orders";
  const id = random.uuid();
  // An instance lives for about an hour and has a stream of its own: thousands of streams a day.
  const stream = `${calendar.iso.slice(0, 13).replaceAll("-", "/")}/[$LATEST]${(random.below(80) * 2654435761 + Math.floor(timestamp / 3_600_000)).toString(16).padStart(12, "0")}`;
  const ms = (random.skewed(300_000) + 150) / 100;
  const event = (message: string): MixedEvent => ({ group, stream, timestamp, message });
  return [
    event(`START RequestId: ${id} Version: $LATEST`),
    event(
      `${calendar.iso.slice(0, 19)}.${random.between(100, 999)}Z\t${id}\tINFO\torder ${random.below(10_000_000)} stored in ${random.below(90)} ms`,
    ),
    event(`END RequestId: ${id}`),
    event(
      `REPORT RequestId: ${id}\tDuration: ${ms.toFixed(2)} ms\tBilled Duration: ${Math.ceil(ms)} ms\tMemory Size: 512 MB\tMax Memory Used: ${random.between(60, 180)} MB`,
    ),
  ];
}

function trail(random: Random, timestamp: number, calendar: Calendar, clients: string[]): MixedEvent {
  const [source, name, readOnly] = at(SERVICES, random.skewed(SERVICES.length));
  const user = `${at(USERS, random.below(USERS.length))}-${random.skewed(60)}`;
  const failed = random.below(25) === 0;
  const record = {
    eventVersion: "1.11",
    userIdentity: {
      type: "IAMUser",
      principalId: `AIDA${random.hex(16).toUpperCase()}`,
      arn: `arn:aws:iam::123456789012:user/${user}`,
      accountId: "123456789012",
      accessKeyId: `AKIA${random.hex(16).toUpperCase()}`,
      userName: user,
    },
    eventTime: calendar.iso,
    eventSource: source,
    eventName: name,
    awsRegion: "us-east-1",
    sourceIPAddress: at(clients, random.skewed(clients.length)),
    userAgent: at(AGENTS, random.below(AGENTS.length)),
    ...(failed ? { errorCode: "AccessDenied", errorMessage: `User ${user} is not authorized to perform ${name}` } : {}),
    requestParameters: { resourceId: `i-0${random.hex(16)}`, dryRun: false, maxResults: random.between(5, 1000) },
    responseElements: null,
    requestID: random.uuid(),
    eventID: random.uuid(),
    readOnly,
    eventType: "AwsApiCall",
    managementEvent: true,
    recipientAccountId: "123456789012",
    eventCategory: "Management",
  };
  return {
    group: "/aws/cloudtrail",
    stream: `123456789012_CloudTrail_us-east-1_${random.below(4)}`,
    timestamp,
    message: JSON.stringify(record),
  };
}
