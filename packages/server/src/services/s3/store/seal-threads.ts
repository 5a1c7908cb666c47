import { Worker } from "node:worker_threads";
import type { SealAnswer, SealOrder } from "./seal-thread.ts";
import { SEGMENT_BYTES, sealedSize } from "./sealing.ts";

/** Memory that a thread works on in place. */
interface Slot {
  readonly plain: SharedArrayBuffer;
  readonly bytes: Uint8Array;
  readonly sealed: SharedArrayBuffer;
}

/** Whole segments; long enough for a message to a thread to cost nothing beside the work. */
const SLOT_BYTES = 4 * SEGMENT_BYTES;
/** Slots of one run: one is filled, one is written, and two are the thread's. */
const SLOTS = 4;
/** Slots kept for the next run, 64 MiB. Above it they are left to the garbage collection. */
const KEPT_SLOTS = 32;

/** One payload. */
export interface SealRun {
  /**
   * What comes, sealed, in pieces of about a megabyte. The memory of a piece is used again once the next one is asked for.
   */
  seal(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
  /** The MD5 of what came; to be asked for when all of it was sealed. */
  digest(): Promise<Buffer>;
  /** To be called when the run has ended, however it did. */
  release(): void;
}

export interface SealThreads {
  run(key: Uint8Array): SealRun;
  /** Runs under way fail. */
  close(): void;
}

interface Asked {
  readonly resolve: (answer: SealAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** Threads come with the first run, up to `most`; each takes many runs, and new runs go where there are fewest. */
export function sealThreads(most: number): SealThreads {
  const free: Slot[] = [];
  const threads = new Set<ReturnType<typeof startThread>>();
  let runs = 0;

  const startThread = () => {
    const worker = new Worker(new URL("./seal-thread.ts", import.meta.url));
    // A server that has nothing else to do may end.
    worker.unref();
    const asked = new Map<number, Asked[]>();
    worker.on("message", (answer: SealAnswer) => asked.get(answer.run)?.shift()?.resolve(answer));
    const fail = (error: Error) => {
      threads.delete(thread);
      for (const waiting of asked.values()) for (const { reject } of waiting) reject(error);
      asked.clear();
    };
    worker.on("error", fail);
    worker.on("exit", () => fail(new Error("the thread that seals payloads ended")));
    const send = (order: SealOrder) => worker.postMessage(order);
    const thread = {
      runs: 0,
      begin(run: number, key: Uint8Array) {
        asked.set(run, []);
        send({ run, key });
      },
      ask(order: SealOrder): Promise<SealAnswer> {
        const answer = new Promise<SealAnswer>((resolve, reject) => {
          const waiting = asked.get(order.run);
          if (waiting === undefined) reject(new Error("the thread that seals payloads has ended"));
          else waiting.push({ resolve, reject });
        });
        // Who reads on hears of it; a run that is given up has nobody who does.
        answer.catch(() => {});
        send(order);
        return answer;
      },
      end(run: number) {
        asked.delete(run);
        send({ run, abandon: true });
      },
      terminate: () => void worker.terminate(),
    };
    threads.add(thread);
    return thread;
  };

  const leastBusy = () => {
    const idle = [...threads].sort((a, b) => a.runs - b.runs)[0];
    return idle === undefined || (idle.runs > 0 && threads.size < most) ? startThread() : idle;
  };

  return {
    run(key) {
      const thread = leastBusy();
      const run = runs++;
      const mine: Slot[] = [];
      let ended = false;
      let finished = false;
      thread.runs += 1;
      thread.begin(run, key);

      const slotOf = (number: number): Slot => {
        const known = mine[number % SLOTS];
        if (known) return known;
        const slot = free.pop() ?? newSlot();
        mine.push(slot);
        return slot;
      };

      return {
        async *seal(source) {
          const sealing: { readonly slot: Slot; readonly answer: Promise<SealAnswer> }[] = [];
          const next = async () => {
            const first = sealing.shift();
            if (first === undefined) throw new Error("nothing is being sealed");
            return new Uint8Array(first.slot.sealed, 0, (await first.answer).length ?? 0);
          };
          let number = 0;
          let slot = slotOf(number);
          let filled = 0;
          const hand = () => {
            const { plain, sealed } = slot;
            sealing.push({ slot, answer: thread.ask({ run, plain, length: filled, sealed }) });
            filled = 0;
          };
          for await (const chunk of source) {
            for (let at = 0; at < chunk.length; ) {
              const part = chunk.subarray(at, at + SLOT_BYTES - filled);
              slot.bytes.set(part, filled);
              filled += part.length;
              at += part.length;
              if (filled < SLOT_BYTES) continue;
              hand();
              // The thread works in order: when it gives the piece after one, it has also digested that one.
              if (sealing.length === SLOTS - 1) yield await next();
              slot = slotOf(++number);
            }
          }
          if (filled > 0) hand();
          while (sealing.length > 0) yield await next();
        },
        async digest() {
          const { digest } = await thread.ask({ run, end: true });
          if (digest === undefined) throw new Error("the thread that seals payloads gave no digest");
          finished = true;
          return Buffer.from(digest);
        },
        release() {
          if (ended) return;
          ended = true;
          thread.runs -= 1;
          thread.end(run);
          // The thread may still write to those of a run that was given up, so no other run may have them.
          if (finished) free.push(...mine.slice(0, KEPT_SLOTS - free.length));
        },
      };
    },
    close() {
      for (const thread of threads) thread.terminate();
    },
  };
}

function newSlot(): Slot {
  const plain = new SharedArrayBuffer(SLOT_BYTES);
  return { plain, bytes: new Uint8Array(plain), sealed: new SharedArrayBuffer(sealedSize(SLOT_BYTES)) };
}
