import type { Batch } from "./batch.ts";
import type { StreamName } from "./stream-name.ts";

/** Events on their way to one stream. One call of a stream runs at a time, so that its events arrive in order. */
export class Outlet {
  readonly stream: StreamName;
  readonly full: Batch[] = [];
  open: Batch | undefined;
  sending = false;
  /** Its first batch could not be got rid of; it rests until the next look. */
  resting = false;
  /** It is not used any more. */
  forgotten = false;
  usedAt: number;

  constructor(stream: StreamName, now: number) {
    this.stream = stream;
    this.usedAt = now;
  }

  /** Whether a call may be made for it. */
  get isReady(): boolean {
    return this.full.length > 0 && !this.sending && !this.resting;
  }

  get isEmpty(): boolean {
    return this.open === undefined && this.full.length === 0 && !this.sending;
  }
}
