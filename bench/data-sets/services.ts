/**
 * Log lines of small services, as JSON: a level, a service, a latency, a status, one of a million users, and a request inside.
 * Made by the engine itself, as millions of them are only needed there, and by `serviceEvents` where they are sent.
 */
const LEVELS = ["INFO", "INFO", "INFO", "WARN", "ERROR"] as const;
const SERVICES = ["orders", "cart", "payments", "users", "search", "mail", "stock", "auth"] as const;
const STATUSES = [200, 200, 200, 200, 201, 302, 404, 500] as const;
export const USERS = 1_000_000;
const PATHS = 5_000;

const list = (values: readonly (string | number)[]) =>
  `[${values.map((value) => (typeof value === "number" ? value : `'${value}'`)).join(",")}]`;

/**
 * SQL of so many rows of the events table, from the `first`, of a group; a day's worth is `total`.
 * Every user occurs, some far more often than others.
 */
export function serviceRowsSql(groupId: number, start: number, first: number, count: number, total: number): string {
  const time = `(${start} + intDiv(number * 86400000, ${total}))`;
  return `SELECT ${groupId} AS group_id, 'service' AS stream, fromUnixTimestamp64Milli(toInt64${time}, 'UTC') AS timestamp,
      bitShiftLeft(toUInt64${time}, 20) + number % 1048576 AS seq, seq AS put, 0 AS retention,
      concat('{"level":"', ${list(LEVELS)}[1 + cityHash64(number, 1) % ${LEVELS.length}],
        '","service":"', ${list(SERVICES)}[1 + cityHash64(number, 2) % ${SERVICES.length}],
        '","latency":', toString(cityHash64(number, 3) % 20000 / 10),
        ',"status":', toString(${list(STATUSES)}[1 + cityHash64(number, 4) % ${STATUSES.length}]),
        ',"user":"u', toString(if(number < ${USERS}, number, cityHash64(number, 5) % (1 + cityHash64(number, 6) % ${USERS}))),
        '","req":{"path":"/api/v1/items/', toString(cityHash64(number, 7) % ${PATHS}), '","method":"GET"}}') AS message
    FROM numbers(${first}, ${count})`;
}

/** One such line. */
export function serviceLine(n: number): string {
  const pick = <T>(values: readonly T[], salt: number) => values[scramble(n, salt) % values.length];
  return JSON.stringify({
    level: pick(LEVELS, 1),
    service: pick(SERVICES, 2),
    latency: (scramble(n, 3) % 20_000) / 10,
    status: pick(STATUSES, 4),
    user: `u${scramble(n, 5) % USERS}`,
    req: { path: `/api/v1/items/${scramble(n, 6) % PATHS}`, method: "GET" },
  });
}

/** The fields of a line's first level. */
export const SERVICE_FIELDS = ["level", "service", "latency", "status", "user"] as const;

/** A 32-bit mix of two numbers (murmur3's last steps). */
function scramble(n: number, salt: number): number {
  let mixed = Math.imul(n, 0x9e3779b1) ^ Math.imul(salt, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
