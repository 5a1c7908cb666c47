import type { Connection, Counters } from "./connection.ts";

/** What a connection carried since it was looked at last. */
export interface Delta {
  readonly connection: Connection;
  readonly original: Counters;
  readonly reply: Counters;
  /** It was not there when last looked. */
  readonly isNew: boolean;
}

/** Connections that are watched at once. Past it further ones are counted when they end, and the interval is told to have lost some. */
const MAX_CONNECTIONS = 500_000;

interface Known {
  readonly original: Counters;
  readonly reply: Counters;
  /** The dump in which it was seen last. */
  seen: number;
}

/**
 * Makes differences of the kernel's running counters, from two sources that overlap: dumps of all connections, and the end of each
 * one. No packet is counted twice, and what was counted before the start not at all.
 */
export class ConnectionDeltas {
  readonly #known = new Map<string, Known>();
  /** Those that ended while a dump was on its way: it may still show them. */
  #ended: Set<string> | undefined;
  #dump = 0;
  #first = true;

  /** Connections that are being watched. */
  get size(): number {
    return this.#known.size;
  }

  beginDump(): void {
    this.#dump++;
    this.#ended = new Set();
  }

  /** An entry of a dump. Undefined when it carried nothing new. */
  listed(connection: Connection): Delta | undefined {
    if (this.#ended?.has(connection.key)) return undefined;
    const known = this.#known.get(connection.key);
    if (known === undefined && this.#known.size >= MAX_CONNECTIONS) return undefined;
    this.#known.set(connection.key, { original: connection.original, reply: connection.reply, seen: this.#dump });
    // What was there before the recorder came is not of its time.
    if (this.#first) return undefined;
    return difference(connection, known);
  }

  /**
   * The dump is over. Gives how many connections are gone without their end having been told: what they carried last is lost. One that
   * ended a moment ago may still be told, so only those count that were missing before too.
   */
  endDump(): number {
    this.#first = false;
    this.#ended = undefined;
    let lost = 0;
    for (const [key, known] of this.#known) {
      if (known.seen >= this.#dump - 1) continue;
      this.#known.delete(key);
      lost++;
    }
    return lost;
  }

  /** The end of a connection, with its final counters. */
  ended(connection: Connection): Delta | undefined {
    const known = this.#known.get(connection.key);
    this.#known.delete(connection.key);
    this.#ended?.add(connection.key);
    // Before the first dump is done nobody knows what of it is old.
    if (this.#first && known === undefined) return undefined;
    return difference(connection, known);
  }
}

function difference(connection: Connection, known: Known | undefined): Delta | undefined {
  const original = minus(connection.original, known?.original);
  const reply = minus(connection.reply, known?.reply);
  if (original.packets === 0 && reply.packets === 0) return undefined;
  return { connection, original, reply, isNew: known === undefined };
}

function minus(now: Counters, before: Counters | undefined): Counters {
  if (before === undefined) return { packets: now.packets, bytes: now.bytes };
  // Somebody who sets the kernel's counters to zero makes them begin anew.
  if (now.packets < before.packets) return { packets: now.packets, bytes: now.bytes };
  return { packets: now.packets - before.packets, bytes: now.bytes - before.bytes };
}
