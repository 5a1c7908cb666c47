import type { CallRecord } from "@nephoscope/wire";
import type { Jobs } from "../jobs/jobs.ts";
import type { CommitRequest, ResourceRef, State } from "../state/state.ts";
import { isCaller } from "./caller.ts";

/** When, where and for what a key or a role was used last. */
export interface LastUse {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly region: string;
  /** As AWS's endpoints are named, such as `logs`. */
  readonly service: string;
}

/**
 * Last uses of access keys (by their id) and roles (by their unique id). Exact in memory; on disk within a minute of the
 * first use and then every quarter of an hour while uses go on, so a crash makes the times that much older and no call waits.
 */
export interface KeyUse {
  /** Takes a proven call into account. */
  note(record: CallRecord): void;
  of(id: string): LastUse | undefined;
  /** Forgets what was deleted. */
  forget(id: string): void;
  /** Writes what is new, for a stop. */
  flush(): Promise<void>;
}

const KIND = "iam.last-use";
const refOf = (id: string): ResourceRef => ({ kind: KIND, account: "", region: "", key: id });
const FLUSH_MS = 60_000;
const COARSE_MS = 15 * 60_000;
/** Of one commit. What is left over is written a minute later. */
const MAX_WRITES = 1_000;

const ENDPOINTS: Readonly<Record<string, string>> = { "cloudwatch-logs": "logs", cloudwatch: "monitoring" };

export function openKeyUse(state: State, jobs: Jobs): KeyUse {
  // One entry for each key and role that was used since the start, so IAM's quotas bound it.
  const uses = new Map<string, LastUse>();
  const written = new Map<string, number>();
  const dirty = new Set<string>();

  const note = (id: string, use: LastUse) => {
    uses.set(id, use);
    if (use.at - (written.get(id) ?? 0) >= COARSE_MS) dirty.add(id);
  };

  const write = async (ids: readonly string[]) => {
    const changes = ids.flatMap((id): NonNullable<CommitRequest["changes"]> => {
      const use = uses.get(id);
      return use === undefined ? [] : [{ put: refOf(id), document: use, expect: "any" }];
    });
    for (const id of ids) {
      dirty.delete(id);
      written.set(id, uses.get(id)?.at ?? 0);
    }
    if (changes.length > 0) await state.commit({ cause: { action: "job:iam-last-use" }, changes });
  };
  jobs.every("iam-last-use", FLUSH_MS, () => write([...dirty].slice(0, MAX_WRITES)));

  return {
    note({ accessKeyId = "", principal, service = "", region = "", receivedAt }) {
      if (principal === undefined || !isCaller(principal)) return;
      const use = { at: receivedAt.getTime(), region, service: ENDPOINTS[service] ?? service };
      const { requester, session } = principal;
      if (requester.kind === "role-session") note(requester.roleId, use);
      else if (session === undefined) note(accessKeyId, use);
    },
    of: (id) => uses.get(id) ?? state.get<LastUse>(refOf(id))?.document,
    forget(id) {
      uses.delete(id);
      written.delete(id);
      dirty.delete(id);
    },
    // Also what is newer than the coarse times on disk.
    flush: () => write([...uses].flatMap(([id, { at }]) => (at > (written.get(id) ?? 0) ? [id] : []))),
  };
}

/** The stored last use of something, for a commit that deletes it. */
export const lastUseRef = refOf;
