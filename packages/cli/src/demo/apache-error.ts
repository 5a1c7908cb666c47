import { officeHours, spread } from "./day.ts";
import type { Dice } from "./dice.ts";
import { APP, visitors, WEB } from "./fleet.ts";
import type { Source } from "./source.ts";

const ROOT = "/var/www/html";
const FILES = ["favicon.ico", "robots.txt", "apple-touch-icon.png", "old/catalog.html", "img/banner.gif"];

/** Each: weight, and what stands after the time stamp. */
const KINDS: readonly (readonly [number, (dice: Dice, from: string) => string])[] = [
  [40, (dice, from) => `[core:info] ${from} AH00128: File does not exist: ${ROOT}/${dice.pick(FILES)}`],
  [
    14,
    (dice, from) =>
      `[php:warn] ${from} PHP Warning:  Undefined array key "${dice.pick(["page", "q", "id"])}" in ${ROOT}/search.php on line ${dice.pick([18, 42, 107])}`,
  ],
  [
    12,
    (dice, from) =>
      `[authz_core:error] ${from} AH01630: client denied by server configuration: ${ROOT}/${dice.pick([".git", "server-status", ".htaccess"])}`,
  ],
  [
    10,
    (dice, from) =>
      `[ssl:info] ${from} AH02008: SSL library error ${dice.between(1, 3)} in handshake (server shop.example.com:443)`,
  ],
  [
    8,
    (dice, from) =>
      `[proxy:error] ${from} AH00957: http: attempt to connect to ${dice.pick(APP).address}:8080 (app) failed`,
  ],
  [5, (_, from) => `[reqtimeout:info] ${from} AH01382: Request header read timeout`],
  [
    2,
    (dice, from) =>
      `[proxy_http:error] ${from} AH01102: error reading status line from remote server ${dice.pick(APP).address}:8080`,
  ],
];

/** Apache's error log, beside the access log of each web host. */
export const apacheError: Source = {
  name: "Apache error log",
  group: "AccessLogGroup",
  share: 5,
  *generate(day, dice, count) {
    const clients = visitors(dice, 400);
    for (const timestamp of spread(day, count, officeHours, dice)) {
      const from = `[pid ${dice.pick([2104, 2105, 2107, 2190])}:tid ${dice.between(140, 147)}] [client ${dice.pickSkewed(clients)}:${dice.between(32768, 60999)}]`;
      const text = dice.pickWeighted(KINDS)(dice, from);
      yield {
        stream: `${dice.pick(WEB).instance}/httpErr.log`,
        timestamp,
        message: `[${stamp(timestamp, dice)}] ${text}`,
      };
    }
  },
};

/** `Fri Nov 20 23:35:23.123456 2026` */
function stamp(time: number, dice: Dice): string {
  const [weekday, day, month, year, clock] = new Date(time).toUTCString().replace(",", "").split(" ");
  const micros = String(time % 1000).padStart(3, "0") + String(dice.between(0, 999)).padStart(3, "0");
  return `${weekday} ${month} ${day} ${clock}.${micros} ${year}`;
}
