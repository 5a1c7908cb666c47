import type { Clock } from "../../../platform/clock/clock.ts";
import type { AgentCall } from "./operation.ts";

/** A signature is taken a quarter of an hour before and after its time, so one message could come again for half an hour. */
const REMEMBERED_MS = 31 * 60_000;
/** Messages of one host that are remembered; it sends about ten a minute. Past that the oldest is forgotten. */
const MAX_MESSAGES = 10_000;

/** Which messages of hosts were taken, so that none is taken twice, whoever recorded it on its way. A restart of the server forgets them. */
export interface Replays {
  /** Throws when the same message was taken before. */
  take(call: AgentCall): void;
}

export function openReplays(clock: Clock): Replays {
  /** The host that spoke last is the last one. */
  const hosts = new Map<string, { at: number; readonly taken: Map<string, number> }>();
  return {
    take(call) {
      const now = clock.now();
      const host = hosts.get(call.accessKeyId) ?? { at: now, taken: new Map<string, number>() };
      host.at = now;
      hosts.delete(call.accessKeyId);
      hosts.set(call.accessKeyId, host);
      for (const [id, { at }] of hosts) {
        if (now - at < REMEMBERED_MS) break;
        hosts.delete(id);
      }
      const { taken } = host;
      // In the order in which they came, so the first that is young enough ends it.
      for (const [message, at] of taken) {
        if (now - at < REMEMBERED_MS && taken.size < MAX_MESSAGES) break;
        taken.delete(message);
      }
      const message = `${call.operation} ${call.bodySha256}`;
      if (taken.has(message))
        throw call.error("AccessDeniedException", "This message was taken before: a host sends each one once.");
      taken.set(message, now);
    },
  };
}
