import type { EventBatch } from "../events/event-encoding.ts";

/** What a session listens to. */
export interface TailFilter {
  readonly groupIds: ReadonlySet<number>;
  readonly picksStream: (name: string) => boolean;
  readonly matches: (message: string) => boolean;
}

export interface TailEvent {
  readonly groupId: number;
  readonly logStreamName: string;
  readonly timestamp: number;
  readonly message: string;
  readonly ingestionTime: number;
}

/** What a session saw since it was last asked. */
export interface TailUpdate {
  readonly events: readonly TailEvent[];
  /** There were more than fit; the rest was left out. */
  readonly sampled: boolean;
}

export interface TailSession {
  take(): TailUpdate;
  close(): void;
}

/** Tells open sessions of events right after they are stored. */
export interface LiveTail {
  publish(batch: EventBatch): void;
  /** Undefined when as many sessions are open as may be. */
  open(filter: TailFilter): TailSession | undefined;
}

/** Concurrent sessions of an account (CloudWatch Logs quotas). */
const MAX_SESSIONS = 15;
/** Most events of an update (StartLiveTail, API reference); with more in a second the session is sampled. */
export const MAX_UPDATE_EVENTS = 500;

export function createLiveTail(ingestionTime: (seq: bigint) => number): LiveTail {
  const sessions = new Set<{ filter: TailFilter; events: TailEvent[]; sampled: boolean }>();
  return {
    publish(batch) {
      for (const session of sessions) {
        const { filter } = session;
        if (!filter.groupIds.has(batch.groupId) || !filter.picksStream(batch.logStreamName)) continue;
        for (let i = 0; i < batch.events.length; i++) {
          if (session.events.length >= MAX_UPDATE_EVENTS) {
            // Whether the rest would match is not worth finding out: the update is full.
            session.sampled = true;
            break;
          }
          const message = batch.events.message(i);
          if (!filter.matches(message)) continue;
          session.events.push({
            groupId: batch.groupId,
            logStreamName: batch.logStreamName,
            timestamp: batch.events.timestamp(i),
            message,
            ingestionTime: ingestionTime(batch.firstSeq),
          });
        }
      }
    },
    open(filter) {
      if (sessions.size >= MAX_SESSIONS) return undefined;
      const session = { filter, events: [] as TailEvent[], sampled: false };
      sessions.add(session);
      return {
        take() {
          const update = { events: session.events, sampled: session.sampled };
          session.events = [];
          session.sampled = false;
          return update;
        },
        close: () => {
          sessions.delete(session);
        },
      };
    },
  };
}
