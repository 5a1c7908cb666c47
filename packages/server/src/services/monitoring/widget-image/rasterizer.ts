import { Worker } from "node:worker_threads";
import type { Chart } from "@nephoscope/charts";
import { packChart } from "./packed-chart.ts";

/** So many pictures already wait: this one is not drawn. The caller may try again, or do without. */
export class RasterBusy extends Error {
  override readonly name = "RasterBusy";
}

export interface Rasterizer {
  /**
   * A chart as PNG. It is laid out and drawn in a thread of its own, one after the other.
   * @throws RasterBusy
   */
  draw(chart: Chart, signal?: AbortSignal): Promise<Uint8Array>;
  /** Whether the thread is there, for people and tests that watch it. */
  readonly running: boolean;
  /** Ends the thread; pictures that wait are rejected. */
  close(): Promise<void>;
}

export interface RasterizerOptions {
  /** How long the thread stays when there is nothing to draw. It holds about 45 MB. */
  readonly idleMs?: number;
  readonly most?: number;
  /** A picture that takes longer than this has hung. */
  readonly timeoutMs?: number;
}

/** About a second's worth of pictures; whoever comes later would wait longer than a call may take. */
const MOST_WAITING = 32;
const IDLE_MS = 60_000;
/** The largest picture takes about a second on a slow core. */
const TIMEOUT_MS = 20_000;

interface Job {
  readonly chart: Chart;
  readonly resolve: (png: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

type Answer = { readonly id: number; readonly png: Uint8Array } | { readonly id: number; readonly error: string };

/** Draws pictures off the event loop. The thread starts with the first picture and ends when none has come for a while. */
export function createRasterizer(options: RasterizerOptions = {}): Rasterizer {
  const { idleMs = IDLE_MS, most = MOST_WAITING, timeoutMs = TIMEOUT_MS } = options;
  const waiting: Job[] = [];
  let worker: Worker | undefined;
  let current: { id: number; job: Job; timer: NodeJS.Timeout } | undefined;
  let idle: NodeJS.Timeout | undefined;
  let lastId = 0;
  let closed = false;

  const startWorker = (): Worker => {
    const started = new Worker(new URL("./raster-worker.ts", import.meta.url));
    started.unref();
    started.on("message", (answer: Answer) => {
      if (current?.id !== answer.id) return;
      const { job } = current;
      finish();
      if ("png" in answer) job.resolve(answer.png);
      else job.reject(new Error(`The picture could not be drawn: ${answer.error}`));
    });
    const died = (error?: Error) => {
      if (worker !== started) return;
      worker = undefined;
      const job = current?.job;
      finish();
      job?.reject(new Error(`The thread that draws pictures ended${error === undefined ? "" : `: ${error.message}`}.`));
    };
    started.on("error", died);
    started.on("exit", () => died());
    return started;
  };

  const stopWorker = async () => {
    const stopping = worker;
    worker = undefined;
    await stopping?.terminate();
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
        if (current === undefined) void stopWorker();
      }, idleMs).unref();
      return;
    }
    clearTimeout(idle);
    idle = undefined;
    worker ??= startWorker();
    const id = ++lastId;
    const timer = setTimeout(() => {
      if (current?.id !== id) return;
      void stopWorker();
      finish();
      job.reject(new Error(`The picture was not drawn within ${timeoutMs / 1_000} s.`));
    }, timeoutMs);
    current = { id, job, timer };
    const packed = packChart(job.chart);
    worker.postMessage({ id, packed }, [packed.numbers.buffer]);
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
    get running() {
      return worker !== undefined;
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
      await stopWorker();
    },
  };
}
