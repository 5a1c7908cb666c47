export type Level = "debug" | "info" | "warn" | "error";

/** The agent's own log. */
export interface Journal {
  write(level: Level, message: string): void;
}

/** The same warning is written once in this time; what came in between is counted. */
const REPEAT_MS = 60_000;
/** Different warnings that are remembered; beyond, each is written. */
const MAX_REMEMBERED = 1000;

/** A journal that keeps a fault which comes back many times a second from filling a disk. */
export function quietJournal(inner: Journal, now: () => number): Journal {
  const written = new Map<string, { readonly at: number; count: number }>();
  return {
    write(level, message) {
      if (level === "info" || level === "debug") {
        inner.write(level, message);
        return;
      }
      // Numbers differ from one time to the next in what is the same fault.
      const key = message.replace(/\d+/g, "0");
      const before = written.get(key);
      if (before !== undefined && now() - before.at < REPEAT_MS && now() >= before.at) {
        before.count++;
        return;
      }
      if (written.size >= MAX_REMEMBERED) written.clear();
      written.set(key, { at: now(), count: 0 });
      inner.write(
        level,
        before !== undefined && before.count > 0 ? `${message} (${before.count} times more since the last)` : message,
      );
    },
  };
}

/** Lines as the original writes them: `2026/11/21 06:00:00 I! message`. */
export function textJournal(write: (text: string) => void, debug: boolean, now: () => number): Journal {
  return {
    write(level, message) {
      if (level === "debug" && !debug) return;
      const time = new Date(now()).toISOString().slice(0, 19).replace(/-/g, "/").replace("T", " ");
      write(`${time} ${level[0]?.toUpperCase()}! ${message.replace(/[\r\n]+/g, " ")}\n`);
    },
  };
}
