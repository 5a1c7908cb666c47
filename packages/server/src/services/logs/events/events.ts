/** An event as a client sends it. */
export interface InputEvent {
  readonly timestamp: number;
  readonly message: string;
}

/**
 * The events of one call, in the order of the call. They stay as they came, as texts or as bytes of the call's body; a
 * message becomes a string only where somebody reads it. Indexes outside of the list throw a RangeError.
 */
export interface Events {
  readonly length: number;
  /** Milliseconds since the epoch. */
  timestamp(index: number): number;
  message(index: number): string;
  /** Bytes of the message in UTF-8. */
  messageBytes(index: number): number;
  /** Writes the message's UTF-8 bytes to `into` at `at`, where there must be room for them; gives the place after them. */
  copyMessage(index: number, into: Buffer, at: number): number;
  slice(from: number, to: number): Events;
  /** False where surely no message has this text in it. Costs next to nothing, and may say true of a text elsewhere in the call. */
  mayContain(text: Buffer): boolean;
}

/** Events that are strings already. A lone surrogate is stored as the replacement character. */
export function eventsOf(list: readonly InputEvent[]): Events {
  const at = (index: number): InputEvent => {
    const event = list[index];
    if (event === undefined) throw new RangeError(`There is no event ${index} of ${list.length}.`);
    return event;
  };
  return {
    length: list.length,
    timestamp: (index) => at(index).timestamp,
    message: (index) => at(index).message,
    messageBytes: (index) => Buffer.byteLength(at(index).message),
    copyMessage: (index, into, start) => start + into.write(at(index).message, start, "utf8"),
    slice: (from, to) => eventsOf(list.slice(from, to)),
    mayContain(text) {
      const wanted = text.toString("utf8");
      return list.some(({ message }) => message.includes(wanted));
    },
  };
}
