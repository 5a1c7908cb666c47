import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { LeakWatch } from "./leaks.ts";
import { mutateBytes, mutateHead, mutateInput, mutateWire } from "./mutations.ts";
import { Random } from "./random.ts";
import { type Exchange, exchange, MalformedAnswer, type RawAnswer, type RawRequest, toBytes } from "./raw-http.ts";
import { GROUPS, type Seen, STREAMS, validCall } from "./valid-calls.ts";
import { NEIGHBOUR, OWNER, startVictim, type Victim } from "./victim.ts";

/**
 * Sends mutated calls of every implemented operation and judges each answer: well-formed HTTP, an AWS-shaped body, no
 * failure of the server but an overload's 503, no silence longer than five seconds, a living process that holds on to no memory.
 */
export interface FuzzOptions {
  readonly requests: number;
  readonly seed: number;
  readonly workers?: number;
  /** Told now and then. */
  readonly progress?: (done: number) => void;
}

export interface Finding {
  readonly what: string;
  readonly request: string;
}

export interface FuzzReport {
  readonly requests: number;
  readonly perSecond: number;
  /** How often each answer came: `200`, `400 SerializationException`, `closed`. */
  readonly answers: ReadonlyMap<string, number>;
  readonly kinds: ReadonlyMap<string, number>;
  readonly findings: readonly Finding[];
  readonly memoryBefore: { readonly rss: number; readonly heapUsed: number };
  readonly memoryAfter: { readonly rss: number; readonly heapUsed: number };
}

const LONGEST_ANSWER_MS = 5_000;
const KINDS = ["valid", "input", "input", "input", "input", "body", "head", "wire", "gzip"] as const;
type Kind = (typeof KINDS)[number];
/** So many requests are kept, minimised, of each kind of finding; more would only repeat it. */
const KEPT_OF_A_KIND = 3;

export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const victim = await startVictim({
    limits: { bodyIdleMs: 1_500, headersMs: 2_000, requestMs: 4_000, keepAliveMs: 4_000 },
  });
  try {
    for (const logGroupName of GROUPS) {
      await victim.done("CreateLogGroup", { logGroupName });
      for (const logStreamName of STREAMS) await victim.done("CreateLogStream", { logGroupName, logStreamName });
    }
    await victim.assertUnharmed();
    return await attack(victim, options);
  } finally {
    await victim.stop();
  }
}

async function attack(victim: Victim, options: FuzzOptions): Promise<FuzzReport> {
  const answers = new Map<string, number>();
  const kinds = new Map<string, number>();
  const findings: Finding[] = [];
  const wrongs = new Map<string, number>();
  const count = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1);
  const seen: Seen = { tokens: [], queryIds: [], pointers: [] };
  let sent = 0;
  let memoryBefore = await victim.memory();
  const started = performance.now();

  const work = async (random: Random) => {
    while (sent < options.requests) {
      const turn = sent++;
      if (turn === Math.floor(options.requests / 10)) memoryBefore = await victim.memory();
      if (turn % 5_000 === 0) options.progress?.(turn);
      const kind = random.pick(KINDS) ?? "valid";
      const { bytes, framed } = spoil(victim, kind, random, seen);
      const { outcome, wrong, answer } = await judge(victim.port, bytes, framed);
      count(kinds, kind);
      count(answers, outcome);
      if (wrong !== undefined) count(wrongs, wrong);
      if (wrong !== undefined && (wrongs.get(wrong) ?? 0) <= KEPT_OF_A_KIND) {
        const least = await minimise(
          bytes,
          async (smaller) => (await judge(victim.port, smaller, false)).wrong === wrong,
        );
        findings.push({ what: wrong, request: least.toString("latin1").slice(0, 4_000) });
      }
      if (answer?.status === 200) remember(answer, seen, random);
    }
  };
  // Each worker has a generator of its own, so that a run differs between machines only in the order of its requests.
  await Promise.all(Array.from({ length: options.workers ?? 8 }, (_, i) => work(new Random(options.seed * 1_000 + i))));
  const seconds = (performance.now() - started) / 1_000;
  await victim.assertUnharmed();
  const failures = victim.log().match(/^.*(?:A call failed on the server|call record lost).*$/gm) ?? [];
  for (const line of [...new Set(failures.map((text) => text.replace(/"(?:time|requestId)":"[^"]*",?/g, "")))])
    findings.push({ what: "logged failure", request: line.slice(0, 600) });
  const memoryAfter = await victim.memory();
  return { requests: sent, perSecond: sent / seconds, answers, kinds, findings, memoryBefore, memoryAfter };
}

interface Spoilt {
  readonly bytes: Buffer;
  /** The framing is whole, so an answer must come. */
  readonly framed: boolean;
}

function spoil(victim: Victim, kind: Kind, random: Random, seen: Seen): Spoilt {
  const { operation, input, service } = validCall(random, seen);
  const sign = (body: unknown, headers = {}): RawRequest =>
    victim.signed(operation, body, {
      service,
      headers,
      ...(service === "sts" && { target: "AWSSecurityTokenServiceV20110615" }),
    });
  switch (kind) {
    case "valid":
      return { bytes: toBytes(sign(input)), framed: true };
    case "input":
      return { bytes: toBytes(sign(mutateInput(input, random))), framed: true };
    case "body":
      return { bytes: toBytes(sign(mutateBytes(Buffer.from(JSON.stringify(input)), random))), framed: true };
    case "gzip": {
      const packed = gzipSync(mutateInput(input, random));
      return {
        bytes: toBytes(sign(random.chance(0.5) ? packed : mutateBytes(packed, random), { "content-encoding": "gzip" })),
        framed: true,
      };
    }
    case "head":
      return { bytes: toBytes(mutateHead(sign(input), random)), framed: false };
    case "wire":
      return { bytes: mutateWire(sign(input), random), framed: false };
  }
}

interface Judgement {
  readonly outcome: string;
  /** What is wrong with the answer, if anything is. */
  readonly wrong?: string;
  readonly answer?: RawAnswer;
}

async function judge(port: number, bytes: Buffer, framed: boolean): Promise<Judgement> {
  const started = performance.now();
  let result: Exchange;
  try {
    // What may be cut short is half closed behind, so that the server need not wait for the rest.
    result = await exchange(port, bytes, {
      halfClose: !framed,
      timeoutMs: LONGEST_ANSWER_MS + 2_000,
      methods: [bytes.toString("latin1", 0, 5) === "HEAD " ? "HEAD" : ""],
    });
  } catch (error) {
    if (error instanceof MalformedAnswer) return { outcome: "malformed", wrong: `malformed answer: ${error.message}` };
    throw error;
  }
  const [answer] = result.answers;
  if (answer === undefined) {
    if (result.timedOut) return { outcome: "hang", wrong: "no answer within 5 s" };
    return framed ? { outcome: result.end, wrong: "a whole request got no answer" } : { outcome: result.end };
  }
  if (performance.now() - started > LONGEST_ANSWER_MS) return { outcome: "slow", wrong: "no answer within 5 s" };
  const judgement = judgeAnswer(answer, bytes);
  const watch = new LeakWatch(SECRETS);
  watch.sent(bytes.toString("latin1"));
  // What was stored comes back in good answers, so only refusals are looked at.
  const [leak] = answer.status === 200 ? [] : watch.leaks(answer.body.toString("latin1"));
  return leak === undefined ? judgement : { ...judgement, wrong: `an answer shows ${leak}` };
}

const SECRETS = [OWNER.secret, NEIGHBOUR.secret];

function judgeAnswer(answer: RawAnswer, bytes: Buffer): Judgement {
  const { status } = answer;
  const type = answer.headers.get("content-type") ?? "";
  const text = answer.body.toString("utf8");
  if (status === 200) return { outcome: "200", answer };
  if (bytes.toString("latin1", 0, 5) === "HEAD ") return { outcome: `${status} to HEAD` };
  if (type.startsWith("text/plain") && status === 404) return { outcome: "404 no call" };
  let code: unknown;
  if (type.startsWith("application/x-amz-json")) {
    const body = readJson(text);
    code = typeof body?.message === "string" || typeof body?.Message === "string" ? body.__type : undefined;
  } else if (type === "application/cbor") code = /__type.{1,3}?([\w.#]+)/s.exec(text)?.[1];
  else if (/xml/.test(type)) code = /<Code>(\w+)<\/Code>[\s\S]*<Message>/.exec(text)?.[1];
  if (typeof code !== "string")
    return {
      outcome: `${status} shapeless`,
      wrong: `${status} without an AWS-shaped body: ${type} ${text.slice(0, 200)}`,
    };
  const outcome = `${status} ${code}`;
  if (status >= 500 && status !== 503 && status !== 501) return { outcome, wrong: outcome };
  return { outcome };
}

function readJson(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

const KEPT = 50;

/** Tokens, ids and pointers from answers make later calls go further than invented ones. */
function remember(answer: RawAnswer, seen: Seen, random: Random): void {
  const body = readJson(answer.body.toString("utf8"));
  const keep = (list: string[], value: unknown) => {
    if (typeof value !== "string") return;
    if (list.length < KEPT) list.push(value);
    else list[random.below(KEPT)] = value;
  };
  keep(seen.tokens, body?.nextToken ?? body?.nextForwardToken);
  keep(seen.queryIds, body?.queryId);
  const rows = body?.results;
  if (Array.isArray(rows)) {
    const pointer = (rows as { field: string; value: string }[][])[0]?.find(({ field }) => field === "@ptr");
    keep(seen.pointers, pointer?.value);
  }
}

/** Cuts away headers that the finding does not need. A signed body stays as it is: its signature would not fit any more. */
async function minimise(bytes: Buffer, stillWrong: (smaller: Buffer) => Promise<boolean>): Promise<Buffer> {
  const text = bytes.toString("latin1");
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return bytes;
  let lines = text.slice(0, end).split("\r\n");
  const body = text.slice(end);
  for (const line of lines.slice(1)) {
    const fewer = lines.filter((other) => other !== line);
    if (await stillWrong(Buffer.from(fewer.join("\r\n") + body, "latin1"))) lines = fewer;
  }
  return Buffer.from(lines.join("\r\n") + body, "latin1");
}

export function describeReport(report: FuzzReport): string {
  const table = (map: ReadonlyMap<string, number>) =>
    [...map]
      .sort((a, b) => b[1] - a[1])
      .map(([key, times]) => `  ${String(times).padStart(8)}  ${key}`)
      .join("\n");
  const mib = (bytes: number) => `${(bytes / 1_048_576).toFixed(0)} MiB`;
  const distinct = new Map(report.findings.map((finding) => [finding.what, finding]));
  return [
    `${report.requests} requests, ${report.perSecond.toFixed(0)} a second`,
    `answers:\n${table(report.answers)}`,
    `kinds of request:\n${table(report.kinds)}`,
    `memory: rss ${mib(report.memoryBefore.rss)} -> ${mib(report.memoryAfter.rss)}, heap ${mib(report.memoryBefore.heapUsed)} -> ${mib(report.memoryAfter.heapUsed)}`,
    `findings: ${report.findings.length}`,
    ...[...distinct.values()].map(({ what, request }) => `--- ${what}\n${request}`),
    "",
  ].join("\n");
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      requests: { type: "string", default: "2000" },
      seed: { type: "string", default: "1" },
      workers: { type: "string", default: "8" },
    },
  });
  const report = await fuzz({
    requests: Number(values.requests),
    seed: Number(values.seed),
    workers: Number(values.workers),
    progress: (done) => process.stderr.write(`${done}\n`),
  });
  process.stdout.write(describeReport(report));
  process.exitCode = report.findings.length === 0 ? 0 : 1;
}
