// npm run bench: prepares the data, runs the cases against the real server, prints and keeps the figures.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { cases } from "./cases/all.ts";
import { prepareData } from "./data-sets/prepared.ts";
import { Environment } from "./environment.ts";
import { describeMachine, loadAverage } from "./machine.ts";
import { type CaseResult, type Report, summary, toMarkdown, toText } from "./report.ts";
import { ROOT } from "./server/server-under-test.ts";

const USAGE = `Usage: npm run bench -- [options]
  --quick         1 million events instead of 10 million
  --only NAME     only this case; may be given several times
  --json          print the report as JSON instead of text
  --prepare       only make the data set
  --help          this text
Cases, in the order they run:
${cases.map(({ name, about }) => `  ${name.padEnd(20)} ${about.split(". ")[0]}`).join("\n")}
`;

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string", multiple: true, default: [] },
    json: { type: "boolean", default: false },
    prepare: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (options.help) process.stdout.write(USAGE);
else await main();

async function main(): Promise<void> {
  const stranger = options.only.find((name) => !cases.some((entry) => entry.name === name));
  if (stranger !== undefined) {
    process.stderr.write(`There is no case "${stranger}".\n${USAGE}`);
    process.exitCode = 2;
    return;
  }
  const say = (text: string) => {
    if (!options.json) process.stdout.write(`${text}\n`);
  };
  const [events, set] = options.quick ? [1_000_000, "mixed-1m"] : [10_000_000, "mixed-10m"];
  say(`Preparing ${events.toLocaleString("en")} events`);
  const data = prepareData(join(ROOT, "bench", "data", set), events, Date.now());
  if (options.prepare) return;

  const date = new Date().toISOString();
  const bench = new Environment(data, (text) => say(`  … ${text}`));
  const results: CaseResult[] = [];
  try {
    for (const { name, about, run } of cases) {
      if (options.only.length > 0 && !options.only.includes(name)) continue;
      const loadBefore = loadAverage();
      say(`\n${name} (load average ${loadBefore})`);
      const began = performance.now();
      const done = (rest: Pick<CaseResult, "figures" | "error">) =>
        results.push({ name, about, seconds: (performance.now() - began) / 1000, loadBefore, ...rest });
      try {
        const figures = await run(bench);
        done({ figures });
        say(toText(figures));
      } catch (error) {
        // The other cases are still worth running; the report names the one that failed.
        const text = error instanceof Error ? error.message : String(error);
        done({ figures: [], error: text });
        say(`  FAILED: ${text}`);
        process.exitCode = 1;
      }
    }
  } finally {
    await bench.close();
  }

  const report: Report = {
    date,
    command: ["npm run bench --", ...process.argv.slice(2)].join(" "),
    machine: describeMachine(),
    data: { events, messageBytes: data.messageBytes, seed: data.seed },
    cases: results,
  };
  const size = options.quick ? "quick" : "full";
  const label = options.only.length === 0 ? size : `${size}-${options.only.length === 1 ? options.only[0] : "some"}`;
  const file = join(ROOT, "bench", "results", `${date.slice(0, 16).replaceAll(":", "")}-${label}`);
  mkdirSync(join(ROOT, "bench", "results"), { recursive: true });
  writeFileSync(`${file}.json`, `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(`${file}.md`, toMarkdown(report));
  say(`\n${summary(report)}\nWritten to ${file}.md and .json`);
  if (options.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
}
