import type { Tag } from "../../tags/tag.ts";

/** Whom a command is for: hosts that have all the tags, or hosts by their ids. */
export type Targets =
  | { readonly by: "tags"; readonly tags: readonly Tag[] }
  | { readonly by: "hosts"; readonly ids: readonly string[] };

/** AWS's bounds of one command. */
export const MOST_IDS = 50;
export const MOST_TAG_TARGETS = 5;

/** What SendCommand is told. Several values of one key are alternatives. */
export function sendTargets(
  targets: Targets,
): { readonly InstanceIds: string[] } | { readonly Targets: { Key: string; Values: string[] }[] } {
  if (targets.by === "hosts") return { InstanceIds: [...targets.ids] };
  const byKey = Map.groupBy(targets.tags, ({ key }) => key);
  return { Targets: [...byKey].map(([key, tags]) => ({ Key: `tag:${key}`, Values: tags.map(({ value }) => value) })) };
}

/** What is wrong with the targets; undefined for good ones. */
export function targetsFault(targets: Targets): string | undefined {
  if (targets.by === "hosts") {
    if (targets.ids.length === 0) return "Choose a host.";
    return targets.ids.length > MOST_IDS ? `At most ${MOST_IDS} hosts: choose more by tags.` : undefined;
  }
  if (targets.tags.length === 0) return "Add a tag.";
  if (targets.tags.some(({ key }) => key === "")) return "A tag needs a key.";
  const keys = new Set(targets.tags.map(({ key }) => key));
  return keys.size > MOST_TAG_TARGETS ? `At most ${MOST_TAG_TARGETS} keys.` : undefined;
}

/** The hosts that the targets mean now. */
export function meantHosts<H extends { readonly id: string; readonly tags: readonly Tag[] }>(
  targets: Targets,
  hosts: readonly H[],
): readonly H[] {
  if (targets.by === "hosts") return hosts.filter(({ id }) => targets.ids.includes(id));
  if (targetsFault(targets) !== undefined) return [];
  const byKey = [...Map.groupBy(targets.tags, ({ key }) => key)];
  return hosts.filter(({ tags }) =>
    byKey.every(([key, wanted]) =>
      tags.some((tag) => tag.key === key && wanted.some(({ value }) => value === tag.value)),
    ),
  );
}
