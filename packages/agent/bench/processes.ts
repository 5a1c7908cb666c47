import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

export const REGION = "us-east-1";
const SINK = new URL("sink.ts", import.meta.url).pathname;
const MAIN = new URL("../../cli/src/main.ts", import.meta.url).pathname;

/** Where an agent sends to. */
export interface Destination {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface Sink extends Destination {
  readonly process: ChildProcess;
  /** What came until now. */
  read(): Promise<{
    events: number;
    bytes: number;
    groups: Readonly<Record<string, readonly (readonly [number, number])[]>>;
  }>;
}

/** Starts a process that takes the agent's calls. */
export async function startSink(kind: "count" | "numbers"): Promise<Sink> {
  const sink = start(SINK, kind);
  const endpoint = `http://127.0.0.1:${await firstLine(sink)}`;
  return {
    endpoint,
    accessKeyId: "KEY",
    secretAccessKey: "SECRET",
    process: sink,
    read: async () => await (await fetch(endpoint)).json(),
  };
}

/** Starts an agent as users do, with a configuration, in a directory of its own. */
export async function startAgent(
  home: string,
  { endpoint, accessKeyId, secretAccessKey }: Destination,
  files: readonly object[],
): Promise<ChildProcess> {
  const configurations = join(home, "etc", "amazon-cloudwatch-agent.d");
  mkdirSync(configurations, { recursive: true });
  const configuration = { logs: { logs_collected: { files: { collect_list: files } }, force_flush_interval: 5 } };
  writeFileSync(join(configurations, "file_bench.json"), JSON.stringify(configuration));
  const agent = spawn(process.execPath, [MAIN, "agent", "--home", home, "--mode", "onPremise"], {
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      ...process.env,
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_REGION: REGION,
    },
  });
  await sleep(3000);
  return agent;
}

/** Makes the files and waits until the agent holds each open: what is written and rotated away before that nobody can read. */
export async function untilHeld({ pid }: ChildProcess, paths: readonly string[]): Promise<void> {
  for (const path of paths) appendFileSync(path, "");
  const descriptors = `/proc/${pid}/fd`;
  const held = () => new Set(readdirSync(descriptors).map((name) => targetOf(`${descriptors}/${name}`)));
  for (let open = held(); !paths.every((path) => open.has(path)); open = held()) await sleep(100);
}

/** What a descriptor leads to; undefined when it was closed meanwhile. */
function targetOf(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Starts a program of ours whose output is read. */
export const start = (program: string, ...args: readonly (string | number)[]): ChildProcess =>
  spawn(process.execPath, [program, ...args.map(String)], { stdio: ["ignore", "pipe", "inherit"] });

export async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (stdout !== null) for await (const line of createInterface({ input: stdout })) return line;
  throw new Error("the process ended without a line");
}

/** Seconds of processor time that a process has used. */
export function processorSeconds({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Megabytes (of 2^20) that a process had in memory at most, all of it: the kernel's high-water mark. */
export const peakMegabytes = ({ pid }: ChildProcess): number => field(`/proc/${pid}/status`, "VmHWM");

/** Megabytes of now, pages that are shared with other processes by their part. */
export const proportionalMegabytes = ({ pid }: ChildProcess): number => field(`/proc/${pid}/smaps_rollup`, "Pss");

const field = (path: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(readFileSync(path, "utf8"))?.[1] ?? 0) / 1024;
