import type { Clock } from "../clock/clock.ts";
import type { HostResource } from "./host.ts";

/**
 * What hosts are told to do until told otherwise: which interfaces to record, which log files of a database to send. Each
 * service says it for each host anew whenever it is asked, so that nothing is kept twice; a host is told when something of it changed.
 */
export interface Assignments {
  /** `document` gives what a host is told under this name; undefined for nothing. Must be quick: it is asked at every poll. */
  add(name: string, document: (host: HostResource) => object | undefined): void;
  of(host: HostResource): Readonly<Record<string, object>>;
  /** Something may have changed: hosts that wait for news look again. Without an id, all. */
  changed(hostId?: string): void;
  /** Resolves at `changed`, after `forMs`, or when the signal aborts. */
  wait(hostId: string, forMs: number, signal: AbortSignal): Promise<void>;
  /** What a host reports of an assignment, under its name. */
  onReport(name: string, take: (host: HostResource, report: unknown) => Promise<void>): void;
  report(host: HostResource, reports: Readonly<Record<string, unknown>>): Promise<void>;
}

export function openAssignments(clock: Clock): Assignments {
  const documents = new Map<string, (host: HostResource) => object | undefined>();
  const takers = new Map<string, (host: HostResource, report: unknown) => Promise<void>>();
  const waiting = new Map<string, Set<() => void>>();

  const wake = (hostId: string) => {
    for (const done of [...(waiting.get(hostId) ?? [])]) done();
  };

  return {
    add(name, document) {
      documents.set(name, document);
    },
    of(host) {
      const all: Record<string, object> = {};
      for (const [name, document] of documents) {
        const found = document(host);
        if (found !== undefined) all[name] = found;
      }
      return all;
    },
    changed(hostId) {
      if (hostId !== undefined) wake(hostId);
      else for (const id of [...waiting.keys()]) wake(id);
    },
    wait: (hostId, forMs, signal) =>
      new Promise((resolve) => {
        const waiters = waiting.get(hostId) ?? new Set();
        waiting.set(hostId, waiters);
        const done = () => {
          waiters.delete(done);
          if (waiters.size === 0) waiting.delete(hostId);
          cancel();
          signal.removeEventListener("abort", done);
          resolve();
        };
        const cancel = clock.after(forMs, done);
        waiters.add(done);
        if (signal.aborted) done();
        else signal.addEventListener("abort", done, { once: true });
      }),
    onReport(name, take) {
      takers.set(name, take);
    },
    async report(host, reports) {
      for (const [name, report] of Object.entries(reports)) await takers.get(name)?.(host, report);
    },
  };
}
