import type * as Ssm from "@aws-sdk/client-ssm";
import { type AllOf, allPages } from "../../api/all-pages.ts";
import { CallError } from "../../api/call-error.ts";
import { ec2 } from "../../api/ec2-client.ts";
import type { Json } from "../../api/json-types.ts";
import { queryCache } from "../../api/query-cache.ts";
import { listOf, recordOf, textOf } from "../../api/query-xml.ts";
import type { Tag } from "../../tags/tag.ts";
import { ssm } from "../ssm.ts";

export interface Host {
  readonly id: string;
  readonly about: Json<Ssm.InstanceInformation>;
  readonly tags: readonly Tag[];
}

/** As many as DescribeInstanceInformation gives at once. */
const PAGE = 50;
/** As many as DescribeTags gives at once. */
const TAGS_PAGE = 1_000;

/** All hosts with their tags, by name. */
export async function allHosts(signal: AbortSignal): Promise<AllOf<Host>> {
  const { items, more } = await allPages(async (NextToken) => {
    const page = await ssm(
      "DescribeInstanceInformation",
      { MaxResults: PAGE, ...(NextToken !== undefined && { NextToken }) },
      signal,
    );
    const hosts = await withTags(page.InstanceInformationList ?? [], signal);
    return { items: hosts, next: page.NextToken };
  });
  return { items: [...items].sort((a, b) => nameOf(a).localeCompare(nameOf(b), "en", { numeric: true })), more };
}

/** The one host of this id; throws a `CallError` when there is none. */
export async function hostOf(id: string, signal: AbortSignal): Promise<Host> {
  const { InstanceInformationList = [] } = await ssm(
    "DescribeInstanceInformation",
    { Filters: [{ Key: "InstanceIds", Values: [id] }] },
    signal,
  );
  const [host] = await withTags(InstanceInformationList, signal);
  if (host === undefined) {
    throw new CallError("ResourceNotFoundException", `There is no host ${id} in this region.`, { status: 400 });
  }
  return host;
}

async function withTags(
  found: readonly Json<Ssm.InstanceInformation>[],
  signal: AbortSignal,
): Promise<readonly Host[]> {
  const ids = found.flatMap(({ InstanceId }) => InstanceId ?? []);
  if (ids.length === 0) return [];
  const { items } = await allPages(async (token) => {
    const answer = await ec2(
      "DescribeTags",
      { Filter: [{ Name: "resource-id", Value: ids }], MaxResults: TAGS_PAGE, NextToken: token },
      signal,
    );
    return { items: listOf(answer.tagSet).map(recordOf), next: textOf(answer.nextToken) };
  });
  const byHost = Map.groupBy(items, ({ resourceId }) => textOf(resourceId));
  return found.flatMap((about): Host | [] => {
    const id = about.InstanceId;
    if (id === undefined) return [];
    const tags = (byHost.get(id) ?? []).map(({ key, value }) => ({
      key: textOf(key) ?? "",
      value: textOf(value) ?? "",
    }));
    return { id, about, tags };
  });
}

/** What people call a host: the name it was registered with, else its own, else its id. */
export const nameOf = ({ id, about }: Pick<Host, "id" | "about">): string => about.Name || about.ComputerName || id;

/** Everything that pages know of hosts is asked for again. */
export const hostsChanged = (): Promise<void> =>
  queryCache.invalidateQueries({ queryKey: ["ssm", "DescribeInstanceInformation"] });
