// Measures the agent on this machine: `node packages/agent/bench/throughput.ts [SECONDS] [MB_PER_SECOND] [FILES]`.
// One process writes lines to many files, one is the agent as users run it, one takes the calls and counts events. Prints JSON:
// what was written and what arrived, the agent's processor time and its memory (the kernel's high-water mark).
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

const [role = "measure", ...args] = process.argv.slice(2).map((arg) => arg);

if (role === "write") await write(args[0] ?? "", Number(args[1]), Number(args[2]), Number(args[3]));
else if (role === "take") await take();
else await measure(Number(process.argv[2] ?? 30), Number(process.argv[3] ?? 50), Number(process.argv[4] ?? 100));

/** Lines of 200 bytes, in blocks, as evenly as the clock allows. */
async function write(directory: string, seconds: number, megabytes: number, count: number): Promise<void> {
  const files = Array.from({ length: count }, (_, index) => openSync(join(directory, `app-${index}.log`), "a"));
  const line = (number: number) =>
    `2026-11-21T06:00:00.000Z INFO  request ${String(number).padStart(9, "0")} ${"served GET /api/orders/12345 in 12 ms for user ".repeat(4)}`.slice(
      0,
      199,
    );
  const block = Buffer.from(Array.from({ length: 40 }, (_, number) => `${line(number)}\n`).join(""));
  const started = performance.now();
  let written = 0;
  let next = 0;
  while (performance.now() - started < seconds * 1000) {
    const due = ((performance.now() - started) / 1000) * megabytes * 1e6;
    while (written < due) {
      writeSync(files[next++ % count] ?? 0, block);
      written += block.length;
    }
    await sleep(5);
  }
  for (const file of files) closeSync(file);
  console.log(
    JSON.stringify({ written, lines: (written / block.length) * 40, seconds: (performance.now() - started) / 1000 }),
  );
}

/** Answers every call, and tells how many events came whenever it is asked with GET. */
async function take(): Promise<void> {
  let events = 0;
  let bytes = 0;
  const mark = Buffer.from('{"timestamp":');
  const server = createServer((request, response) => {
    if (request.method === "GET") {
      response.end(JSON.stringify({ events, bytes }));
      return;
    }
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      bytes += body.length;
      for (let at = body.indexOf(mark); at >= 0; at = body.indexOf(mark, at + 150)) events++;
      response.end("{}");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  console.log(typeof address === "object" ? address?.port : "");
}

async function measure(seconds: number, megabytes: number, count: number): Promise<void> {
  const here = new URL(import.meta.url).pathname;
  const root = new URL("../../..", import.meta.url).pathname;
  const directory = mkdtempSync(join(tmpdir(), "nephoscope-throughput-"));
  const logs = join(directory, "logs");
  mkdirSync(logs);
  const taker = spawn(process.execPath, [here, "take"], { stdio: ["ignore", "pipe", "inherit"] });
  const port = await firstLine(taker.stdout);
  const endpoint = `http://127.0.0.1:${port}`;
  const configurations = join(directory, "home", "etc", "amazon-cloudwatch-agent.d");
  mkdirSync(configurations, { recursive: true });
  const list = Array.from({ length: count }, (_, index) => ({
    file_path: join(logs, `app-${index}.log`),
    log_group_name: "load",
    log_stream_name: `app-${index}`,
  }));
  writeFileSync(
    join(configurations, "file_load.json"),
    JSON.stringify({ logs: { logs_collected: { files: { collect_list: list } } } }),
  );
  const agent = spawn(
    process.execPath,
    [join(root, "packages/cli/src/main.ts"), "agent", "--home", join(directory, "home"), "--mode", "onPremise"],
    {
      stdio: ["ignore", "ignore", "inherit"],
      env: {
        ...process.env,
        AWS_ENDPOINT_URL: endpoint,
        AWS_ACCESS_KEY_ID: "KEY",
        AWS_SECRET_ACCESS_KEY: "SECRET",
        AWS_REGION: "test-region-1",
      },
    },
  );
  try {
    await sleep(3000);
    const before = processorSeconds(agent.pid);
    const writer = spawn(process.execPath, [here, "write", logs, String(seconds), String(megabytes), String(count)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let peak = 0;
    const watch = setInterval(() => {
      peak = Math.max(peak, residentMegabytes(agent.pid));
    }, 100);
    const { written, lines, seconds: took } = JSON.parse(await firstLine(writer.stdout));
    const atEnd = (await (await fetch(endpoint)).json()).events;
    const ended = performance.now();
    let events = atEnd;
    while (events < lines && performance.now() - ended < 60_000) {
      await sleep(100);
      events = (await (await fetch(endpoint)).json()).events;
    }
    clearInterval(watch);
    console.log(
      JSON.stringify({
        files: count,
        seconds: took,
        megabytesPerSecond: written / took / 1e6,
        lines,
        events,
        behindAtEnd: lines - atEnd,
        caughtUpAfterSeconds: (performance.now() - ended) / 1000,
        agentProcessorSeconds: processorSeconds(agent.pid) - before,
        agentPeakMegabytes: Math.max(peak, highWater(agent.pid)),
      }),
    );
  } finally {
    agent.kill("SIGKILL");
    taker.kill();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: stream })) return line;
  throw new Error("the process ended without a line");
}

function processorSeconds(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function statusField(pid: number | undefined, name: string): number {
  const text = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`${name}:\\s+(\\d+)`).exec(text)?.[1] ?? 0) / 1024;
}

function residentMegabytes(pid: number | undefined): number {
  return statusField(pid, "VmRSS");
}

function highWater(pid: number | undefined): number {
  return statusField(pid, "VmHWM");
}
