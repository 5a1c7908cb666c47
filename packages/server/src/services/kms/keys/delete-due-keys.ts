import type { Change, ResourceRef, State } from "../../../platform/state/state.ts";
import { ALIAS_KIND, type KeyAlias } from "../aliases/alias.ts";
import { GRANT_KIND } from "../grants/grant.ts";
import { allKeys } from "./find-key.ts";
import { KEY_KIND, type KmsKey, materialRef } from "./key.ts";

/** Removes the keys whose waiting period is over, with their material, aliases and grants: what they encrypted is lost. */
export async function deleteDueKeys(state: State, now: number, signal: AbortSignal): Promise<void> {
  const due: ResourceRef[] = [];
  for (const { ref, document } of allKeys(state)) {
    if (document.deletion !== undefined && document.deletion.at <= now) due.push(ref);
  }
  for (const ref of due) {
    if (signal.aborted) return;
    const key = state.get<KmsKey>({ ...ref, kind: KEY_KIND });
    if (key === undefined) continue;
    const { account, region } = ref;
    const removed: Change[] = key.document.materials.map(({ number }) => ({
      remove: materialRef(ref, ref.key, number),
      expect: "any",
    }));
    for (const alias of state.list<KeyAlias>({ kind: ALIAS_KIND, account, region })) {
      if (alias.document.keyId === ref.key) removed.push({ remove: alias.ref, expect: "any" });
    }
    for (const grant of state.list({ kind: GRANT_KIND, account, region, prefix: `${ref.key}:` })) {
      removed.push({ remove: grant.ref, expect: "any" });
    }
    await state.commit({
      cause: { action: "job:kms-deletion" },
      changes: [{ remove: ref, expect: key.version }, ...removed],
    });
  }
}
