import { atClock, type Day, officeHours, spread } from "./day.ts";
import type { Dice } from "./dice.ts";
import { BAD_CLIENT, visitors, WEB } from "./fleet.ts";
import type { SampleEvent, Source } from "./source.ts";

interface Page {
  readonly path: string;
  readonly size: number;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const SECTIONS = ["products", "blog", "docs", "support", "about"];
const WORDS = [
  "guide",
  "pricing",
  "cloud",
  "storage",
  "network",
  "release",
  "security",
  "team",
  "backup",
  "metrics",
  "index",
  "faq",
];
const ASSETS = [
  "/css/site.css",
  "/js/app.js",
  "/js/vendor.js",
  "/img/logo.png",
  "/img/hero.jpg",
  "/fonts/inter.woff2",
  "/favicon.ico",
];
const PROBES = [
  "wp-login.php",
  ".env",
  "phpmyadmin/",
  "admin.php",
  "backup.zip",
  ".git/config",
  "shell.php",
  "cgi-bin/test",
  "config.bak",
  "xmlrpc.php",
];
const GONE = ["/old/catalog.html", "/blog/2019/welcome", "/apple-touch-icon.png", "/ads.txt", "/robots.txt.bak"];

/** Apache's access log in the common log format, one stream per web host. */
export const apacheAccess: Source = {
  name: "Apache access log",
  group: "AccessLogGroup",
  share: 35,
  *generate(day, dice, count) {
    const pages = makePages(dice);
    const clients = visitors(dice, 2500);
    const scan = scanOf(day, dice, Math.round(count * 0.02));
    let probe = scan.next();
    for (const timestamp of spread(day, Math.round(count * 0.98), officeHours, dice)) {
      while (!probe.done && probe.value.timestamp <= timestamp) {
        yield probe.value;
        probe = scan.next();
      }
      yield event(dice, timestamp, visit(dice, dice.pickSkewed(clients, 2.2), pages, timestamp));
    }
    for (; !probe.done; probe = scan.next()) yield probe.value;
  },
};

function makePages(dice: Dice): readonly Page[] {
  const size = () => Math.round(dice.longTailed(9000));
  const articles = SECTIONS.flatMap((section) =>
    WORDS.map((word) => ({ path: `/${section}/${word}.html`, size: size() })),
  );
  return [
    { path: "/", size: size() },
    { path: "/index.html", size: size() },
    ...ASSETS.map((path) => ({ path, size: size() })),
    ...articles,
  ];
}

function visit(dice: Dice, client: string, pages: readonly Page[], time: number): string {
  if (dice.chance(0.012)) return line(client, "-", time, `GET ${dice.pick(GONE)} HTTP/1.1`, 404, 196);
  if (dice.chance(0.05)) {
    const [status, size] = dice.pickWeighted([
      [20, [302, 0]],
      [6, [401, 381]],
      [1, [503, 299]],
    ] as const);
    return line(client, "-", time, "POST /login HTTP/1.1", status, size);
  }
  if (dice.chance(0.06)) {
    const status = dice.pickWeighted([
      [98, 200],
      [2, 500],
    ] as const);
    const user = dice.pick(["frank", "maria", "dylan", "ops"]);
    return line(
      client,
      user,
      time,
      `GET /api/orders?page=${dice.between(1, 20)} HTTP/1.1`,
      status,
      status === 200 ? dice.between(2, 40) * 128 : 530,
    );
  }
  const page = dice.pickSkewed(pages, 2.5);
  return dice.chance(0.18)
    ? line(client, "-", time, `GET ${page.path} HTTP/1.1`, 304, 0)
    : line(client, "-", time, `${dice.chance(0.02) ? "HEAD" : "GET"} ${page.path} HTTP/1.1`, 200, page.size);
}

/** Twenty minutes in the small hours in which one client asks for what is not there. */
function* scanOf(day: Day, dice: Dice, count: number): Generator<SampleEvent> {
  const start = atClock(day, 3, 12);
  const end = Math.min(start + 20 * 60_000, day.end);
  for (let n = 0; n < count; n++) {
    const timestamp = Math.floor(start + ((end - start) * n) / count);
    const folder = dice.pick(["", "", "blog/", "shop/", "old/", "test/"]);
    yield event(
      dice,
      timestamp,
      line(BAD_CLIENT, "-", timestamp, `GET /${folder}${dice.pick(PROBES)} HTTP/1.1`, 404, 196),
    );
  }
}

function event(dice: Dice, timestamp: number, message: string): SampleEvent {
  return { stream: `${dice.pick(WEB).instance}/http.log`, timestamp, message };
}

function line(client: string, user: string, time: number, request: string, status: number, size: number): string {
  return `${client} - ${user} [${stamp(time)}] "${request}" ${status} ${size === 0 ? "-" : size}`;
}

/** `10/Oct/2000:13:25:15 +0000` */
function stamp(time: number): string {
  const iso = new Date(time).toISOString();
  return `${iso.slice(8, 10)}/${MONTHS[Number(iso.slice(5, 7)) - 1]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}
