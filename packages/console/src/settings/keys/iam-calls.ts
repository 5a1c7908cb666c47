import { type AllOf, allPages } from "../../api/all-pages.ts";
import { queryClient } from "../../api/query-client.ts";
import { listOf, type ReadXml, recordOf, textOf } from "../../api/query-xml.ts";
import { forEach } from "../../logs/groups/group-calls.ts";

const iam = queryClient({ name: "iam", version: "2010-05-08" });

export interface AccessKey {
  readonly id: string;
  readonly user: string;
  readonly active: boolean;
  /** Milliseconds since 1970. */
  readonly createdMs: number | undefined;
  readonly usedMs: number | undefined;
  /** What it was last used for, such as `logs`. */
  readonly usedFor: string | undefined;
}

/** Access keys of all users, the oldest first. */
export async function allAccessKeys(signal: AbortSignal): Promise<AllOf<AccessKey>> {
  const users = await allPages(async (Marker) => {
    const page = recordOf(await iam("ListUsers", { Marker }, signal));
    return {
      items: listOf(page.Users).flatMap((user) => textOf(recordOf(user).UserName) ?? []),
      next: textOf(page.Marker),
    };
  });
  const keys: AccessKey[] = [];
  const failed = await forEach(users.items, async (user) => {
    const { items } = await allPages(async (Marker) => {
      const page = recordOf(await iam("ListAccessKeys", { UserName: user, Marker }, signal));
      return { items: listOf(page.AccessKeyMetadata).map(recordOf), next: textOf(page.Marker) };
    });
    for (const { AccessKeyId, Status, CreateDate } of items) {
      const id = textOf(AccessKeyId) ?? "";
      const answer = recordOf(await iam("GetAccessKeyLastUsed", { AccessKeyId: id }, signal));
      const used = recordOf(answer.AccessKeyLastUsed);
      const usedFor = textOf(used.ServiceName);
      keys.push({
        id,
        user,
        active: textOf(Status) === "Active",
        createdMs: timeOf(CreateDate),
        usedMs: timeOf(used.LastUsedDate),
        usedFor: usedFor === "N/A" ? undefined : usedFor,
      });
    }
  });
  const [fault] = failed;
  if (fault !== undefined) throw fault.error;
  return { items: keys.sort((a, b) => (a.createdMs ?? 0) - (b.createdMs ?? 0)), more: users.more };
}

function timeOf(text: ReadXml | undefined): number | undefined {
  const ms = Date.parse(textOf(text) ?? "");
  return Number.isNaN(ms) ? undefined : ms;
}
