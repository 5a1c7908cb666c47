import type { Keys } from "../../../platform/keys/keys.ts";
import type { Resource } from "../../../platform/state/state.ts";
import { periodsHolding } from "../events/event-tables.ts";
import { contextOf, serviceUser } from "../groups/group-key.ts";
import { type LogGroup, logGroupArn, type Scope } from "../groups/log-group.ts";
import type { TimeRange } from "./query-scope.ts";

/** A key that some of a query's events are encrypted under, and a group for which it may be used. */
export interface ResultKey extends Scope {
  readonly keyArn: string;
  readonly groupArn: string;
}

/** The keys of what groups hold in some ranges, each once: who lacks one of them must not find the events in a result. */
export function resultKeys(groups: readonly Resource<LogGroup>[], ranges: readonly TimeRange[]): ResultKey[] {
  const found = new Map<string, ResultKey>();
  for (const { ref, document } of groups) {
    const periods = ranges.flatMap((range) => periodsHolding(document.stored, range.startTimeMs, range.endTimeMs));
    for (const keyArn of [document.kmsKeyId, ...periods.map(({ sealed }) => sealed?.keyArn)]) {
      if (keyArn === undefined || found.has(keyArn)) continue;
      const { account, region } = ref;
      found.set(keyArn, { keyArn, account, region, groupArn: logGroupArn(ref, ref.key) });
    }
  }
  return [...found.values()];
}

/** Encrypts what is kept of a result under all of its keys, one after the other. Without keys it stays as it is. Rejects with KeyRefused. */
export interface ResultSealer {
  readonly isPlain: boolean;
  seal(plain: Buffer): Promise<Buffer>;
  open(sealed: Buffer): Promise<Buffer>;
}

export function resultSealer(keys: Pick<Keys, "encrypt" | "decrypt">, by: readonly ResultKey[] = []): ResultSealer {
  return {
    isPlain: by.length === 0,
    async seal(plain) {
      let bytes = plain;
      for (const key of by)
        bytes = await keys.encrypt(serviceUser(key, key.groupArn), key.keyArn, bytes, contextOf(key.groupArn));
      return bytes;
    },
    async open(sealed) {
      let bytes = sealed;
      for (const key of by.toReversed())
        bytes = await keys.decrypt(serviceUser(key, key.groupArn), bytes, contextOf(key.groupArn));
      return bytes;
    },
  };
}
