import type { ListenAddress } from "../configuration/listener.ts";
import type { Health } from "../health/health.ts";
import type { Journal } from "../health/journal.ts";
import type { LogEvent } from "../lines/event-assembler.ts";
import { MAX_EVENT_BYTES } from "../lines/line-splitter.ts";
import { type Listener, listen } from "../listen/listener.ts";
import { type EmbeddedEvent, readEmbeddedEvent, readHeader } from "./embedded-event.ts";

export interface EmbeddedOptions {
  readonly address: ListenAddress;
  readonly emit: (target: Pick<EmbeddedEvent, "group" | "stream">, event: LogEvent) => void;
  readonly hasRoom: () => boolean;
  readonly waitForRoom: () => Promise<void>;
  readonly health: Health;
  readonly journal: Journal;
  readonly now: () => number;
}

/** Takes documents of the embedded metric format: one a datagram or more, one a line on a connection. */
export async function startEmbedded({
  address,
  emit,
  hasRoom,
  waitForRoom,
  health,
  journal,
  now,
}: EmbeddedOptions): Promise<Listener> {
  const refuse = (reason: string) => {
    health.add("PacketsRefused");
    journal.write("warn", `embedded metrics: ${reason}`);
  };
  const take = (bytes: Buffer) => {
    let header: Readonly<Record<string, unknown>> | undefined;
    for (const line of bytes.toString().split("\n")) {
      if (line.trim() === "") continue;
      const head = readHeader(line);
      if (head !== undefined) {
        header = head;
        continue;
      }
      const event = readEmbeddedEvent(line, header);
      const size = Buffer.byteLength(line);
      if (typeof event === "string") refuse(`a document ${event}`);
      else if (size > MAX_EVENT_BYTES) refuse(`a document has ${size} bytes; ${MAX_EVENT_BYTES} is the most`);
      else if (!hasRoom()) {
        // A datagram can not be held back. Its loss is counted.
        health.add("EventsDropped");
        journal.write("error", "embedded metrics: an event was given up, the service is away and the memory is full");
      } else emit(event, { at: event.at ?? now(), message: line, bytes: size });
    }
  };
  return await listen(address, { take, hasRoom, waitForRoom, onRefused: refuse });
}
