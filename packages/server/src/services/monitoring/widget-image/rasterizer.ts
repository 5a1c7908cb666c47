import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Chart } from "@nephoscope/charts";
import { packChart } from "./packed-chart.ts";
import type { DrawAnswer, DrawOrder } from "./raster-process.ts";

/** So many pictures already wait: this one is not drawn. The caller may try again, or do without. */
export class RasterBusy extends Error {
  override readonly name = "RasterBusy";
}

export interface Rasterizer {
  /**
   * A chart as PNG. It is laid out and drawn in a process of its own, one after the other.
   * @throws RasterBusy
   */
  draw(chart: Chart, signal?: AbortSignal): Promise<Uint8Array>;
  /** The process's id while it is there, for people and tests that watch it. */
  readonly pid: number | undefined;
  /** Ends the process; pictures that wait are rejected. */
  close(): Promise<void>;
}

export interface RasterizerOptions {
  /** How long the process stays when there is nothing to draw. It holds about 100 MB. */
  readonly idleMs?: number;
  /** Pictures after which the next one is drawn by a new process. */
  readonly mostDrawn?: number;
  readonly most?: number;
  /** A picture that takes longer than this has hung. */
  readonly timeoutMs?: number;
}

/** About a second's worth of pictures; whoever comes later would wait longer than a call may take. */
const MOST_WAITING = 32;
const IDLE_MS = 60_000;
/** The library's memory grows with what it has drawn, to about 200 MB after so many large pictures. */
const MOST_DRAWN = 200;
/** The largest picture takes about a second on a slow core. */
const TIMEOUT_MS = 20_000;

interface Job {
  readonly chart: Chart;
  readonly resolve: (png: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Draws pictures off the event loop. The process starts with the first picture and ends when none has come for a while. A process and
 * not a thread, because its memory comes back when it ends, and a fault of the native library ends nothing else.
 */
export function createRasterizer(options: RasterizerOptions = {}): Rasterizer {
  const { idleMs = IDLE_MS, most = MOST_WAITING, mostDrawn = MOST_DRAWN, timeoutMs = TIMEOUT_MS } = options;
  const waiting: Job[] = [];
  let child: ChildProcess | undefined;
  let drawn = 0;
  let current: { id: number; job: Job; timer: NodeJS.Timeout } | undefined;
  let idle: NodeJS.Timeout | undefined;
  let lastId = 0;
  let closed = false;

  const start = (): ChildProcess => {
    const started = fork(fileURLToPath(new URL("./raster-process.ts", import.meta.url)), {
      serialization: "advanced",
      execArgv: [],
      // It needs none of our settings, and they hold secrets. Fonts of the user are looked for below the home directory.
      env: { HOME: process.env.HOME },
      stdio: ["pipe", "ignore", "inherit", "ipc"],
    });
    started.unref();
    started.channel?.unref();
    // Its exit tells of a process that is gone.
    started.stdin?.on("error", () => {});
    drawn = 0;
    // Only a process of ours answers, in this form.
    started.on("message", (message) => {
      const answer = message as DrawAnswer;
      if (current?.id !== answer.id) return;
      const { job } = current;
      drawn += 1;
      if (drawn >= mostDrawn) void stop();
      finish();
      if ("png" in answer) job.resolve(answer.png);
      else job.reject(new Error(`The picture could not be drawn: ${answer.error}`));
    });
    const died = (why: string) => {
      if (child !== started) return;
      child = undefined;
      const job = current?.job;
      finish();
      job?.reject(new Error(`The process that draws pictures ended${why}.`));
    };
    started.on("error", (error) => died(`: ${error.message}`));
    started.on("exit", (code, signal) => died(` with ${signal ?? code}`));
    return started;
  };

  const stop = async () => {
    const stopping = child;
    child = undefined;
    if (stopping === undefined || stopping.exitCode !== null || stopping.signalCode !== null) return;
    // Whoever waits for its end must not find that nothing is left to wait for.
    stopping.ref();
    const gone = new Promise((resolve) => stopping.once("exit", resolve));
    stopping.kill("SIGKILL");
    await gone;
  };

  const finish = () => {
    if (current !== undefined) clearTimeout(current.timer);
    current = undefined;
    next();
  };

  const next = () => {
    if (current !== undefined || closed) return;
    const job = waiting.shift();
    if (job === undefined) {
      idle ??= setTimeout(() => {
        idle = undefined;
        if (current === undefined) void stop();
      }, idleMs).unref();
      return;
    }
    clearTimeout(idle);
    idle = undefined;
    child ??= start();
    const id = ++lastId;
    const timer = setTimeout(() => {
      if (current?.id !== id) return;
      void stop();
      finish();
      job.reject(new Error(`The picture was not drawn within ${timeoutMs / 1_000} s.`));
    }, timeoutMs);
    current = { id, job, timer };
    const { numbers, ...packed } = packChart(job.chart);
    const order: DrawOrder = { id, bytes: numbers.byteLength, packed };
    // A process that is just ending tells so by its exit.
    child.send(order, () => {});
    // Serialized with the rest, large charts would leave the heap of native memory in pieces that are never given back.
    child.stdin?.write(new Uint8Array(numbers.buffer));
  };

  return {
    draw(chart, signal) {
      if (closed) return Promise.reject(new Error("No more pictures are drawn: the server is closing."));
      if (waiting.length >= most) {
        return Promise.reject(new RasterBusy(`${most} pictures already wait to be drawn.`));
      }
      return new Promise<Uint8Array>((resolve, reject) => {
        signal?.throwIfAborted();
        const job: Job = { chart, resolve, reject };
        signal?.addEventListener(
          "abort",
          () => {
            const place = waiting.indexOf(job);
            if (place >= 0) waiting.splice(place, 1);
            reject(new Error("The picture was no longer wanted."));
          },
          { once: true },
        );
        waiting.push(job);
        next();
      });
    },
    get pid() {
      return child?.pid;
    },
    async close() {
      closed = true;
      clearTimeout(idle);
      const stopped = new Error("The picture was not drawn: the server is closing.");
      for (const job of waiting.splice(0)) job.reject(stopped);
      if (current !== undefined) {
        clearTimeout(current.timer);
        current.job.reject(stopped);
        current = undefined;
      }
      await stop();
    },
  };
}
