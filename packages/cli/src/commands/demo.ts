import { type Command, CommandError, text, UsageError } from "../command.ts";
import { CONNECTION_OPTIONS, readConnection } from "../connection/connection.ts";
import { type Day, dayUntil } from "../demo/day.ts";
import { holdsSample, type Loaded, load } from "../demo/load.ts";
import { LogsClient } from "../demo/logs-client.ts";
import { Progress } from "../demo/progress.ts";
import { queriesToTry } from "../demo/queries.ts";
import { SOURCES, sample } from "../demo/sources.ts";

const DEFAULT_EVENTS = 200_000;
const MAX_EVENTS = 100_000_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export const demo: Command = {
  about:
    "Loads a day of realistic sample logs into a running server, through its public API: Apache access and error logs, an\n" +
    "authentication log, VPC flow records, a function's log and CloudTrail records. Equal --until, --seed and --events give\n" +
    "equal events. Prints queries to try.",
  options: {
    events: { type: "string", value: "N", meaning: "About how many events", default: "200000" },
    until: { type: "string", value: "TIME", meaning: "End of the day, ISO 8601", default: "now" },
    seed: { type: "string", value: "TEXT", meaning: "Another text gives other events", default: "nephoscope" },
    again: { type: "boolean", meaning: "Load even if the day has been loaded already (doubles it)" },
    ...CONNECTION_OPTIONS,
    json: { type: "boolean", meaning: "Print the summary as JSON" },
  },
  examples: [
    { call: "nephoscope demo", meaning: "Load 200,000 events into the server on this machine" },
    { call: "nephoscope demo --events 10000 --until 2026-11-20T12:00:00Z", meaning: "A small day that ended at noon" },
    {
      call: "nephoscope demo --endpoint http://logs.example.com:4580 --json",
      meaning: "A server elsewhere, with the AWS credential of the environment",
    },
  ],
  async run(options, _args, { terminal, env, now, signal }) {
    const total = readEvents(text(options, "events"));
    const day = readDay(text(options, "until"), now());
    const seed = text(options, "seed") ?? "nephoscope";
    const { endpoint, region, credential, origin } = readConnection(options, {
      ...env,
      AWS_ENDPOINT_URL: env.AWS_ENDPOINT_URL_LOGS || env.AWS_ENDPOINT_URL,
    });
    const client = new LogsClient({ endpoint, region, credential, now, signal });

    const loaded: Loaded[] = [];
    if (options.again !== true) await refuseSecondLoad(client, day, total, seed);
    terminal.err(`Loading about ${total.toLocaleString("en")} events into ${endpoint}\n`);
    const progress = new Progress(terminal, total, now);
    try {
      for (const source of SOURCES) {
        const options = { client, now, progress: (events: number, bytes: number) => progress.add(events, bytes) };
        loaded.push(await load(source, sample(source, day, total, seed), options));
      }
    } finally {
      progress.end();
    }
    terminal.out(
      options.json === true
        ? `${JSON.stringify({ endpoint, region, ...day, retries: client.retries, loaded })}\n`
        : report(loaded, day, { endpoint, region, origin }),
    );
    return 0;
  },
};

function readEvents(given: string | undefined): number {
  if (given === undefined) return DEFAULT_EVENTS;
  const events = Number(given);
  if (!Number.isInteger(events) || events < 100 || events > MAX_EVENTS) {
    throw new UsageError(`--events takes a whole number from 100 to ${MAX_EVENTS}, not "${given}"`);
  }
  return events;
}

/** AWS takes events from 14 days ago to 2 hours ahead. */
function readDay(given: string | undefined, now: number): Day {
  const end = given === undefined ? now : Date.parse(given);
  if (Number.isNaN(end)) throw new UsageError(`--until takes a time such as 2026-11-20T12:00:00Z, not "${given}"`);
  const day = dayUntil(end);
  if (day.end > now + 2 * HOUR || day.start < now - 14 * DAY + HOUR) {
    throw new UsageError("--until may be from 12 days ago to 2 hours ahead: servers take no older and no later events");
  }
  return day;
}

async function refuseSecondLoad(client: LogsClient, day: Day, total: number, seed: string): Promise<void> {
  const holding = new Set<string>();
  for (const source of SOURCES) {
    if (await holdsSample(client, source, sample(source, day, total, seed), day)) holding.add(source.group);
  }
  if (holding.size === 0) return;
  throw new CommandError(
    `sample data of this day is there already, in ${[...holding].join(", ")}. Loading again would double it.\n` +
      "  Use --again to load all the same, or --until for another day.",
  );
}

function report(
  loaded: readonly Loaded[],
  day: Day,
  { endpoint, region, origin }: Record<"endpoint" | "region" | "origin", string>,
): string {
  const sum = (pick: (line: Loaded) => number) => loaded.reduce((total, line) => total + pick(line), 0);
  const rows = [
    ["group", "log", "streams", "events", "MB", "seconds"],
    ...loaded.map((line) => [line.group, line.source, ...figures(line.streams, line.events, line.bytes, line.seconds)]),
    [
      "all",
      "",
      ...figures(
        sum((line) => line.streams),
        sum((line) => line.events),
        sum((line) => line.bytes),
        sum((line) => line.seconds),
      ),
    ],
  ];
  const time = (at: number) => new Date(at).toISOString();
  return [
    "",
    ...table(rows),
    "",
    `From ${time(day.start)} to ${time(day.end)}. Queries to try, in a shell with the server's credential (${origin}):`,
    "",
    `export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
    ...queriesToTry(day).flatMap(({ title, command }) => ["", `# ${title}`, command]),
    "",
  ].join("\n");
}

function figures(streams: number, events: number, bytes: number, seconds: number): readonly string[] {
  return [String(streams), events.toLocaleString("en"), (bytes / 1e6).toFixed(1), seconds.toFixed(1)];
}

/** Columns side by side: the first two to the left, figures to the right. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, at) => (at < 2 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}
