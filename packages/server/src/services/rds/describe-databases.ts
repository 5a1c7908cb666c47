import type { Resource } from "../../platform/state/state.ts";
import { requireDatabase } from "./commit.ts";
import { type Database, databaseArn, databasesOf } from "./database.ts";
import { invalid, type RdsOperation } from "./operation.ts";
import { showDatabase } from "./show-database.ts";

const PAGE = 100;

export const describeDBInstances: RdsOperation<"DescribeDBInstances"> = async (input, call, deps) => {
  const filters = (input.Filters ?? []).map(({ Name, Values }) => {
    const values = new Set(Values.map((value) => value.toLowerCase()));
    const read = FILTERS[Name];
    if (read === undefined) throw invalid(`Unrecognized filter name: ${Name}`);
    return (found: Resource<Database>) => read(found).some((value) => values.has(value.toLowerCase()));
  });
  const named = input.DBInstanceIdentifier?.replace(/^arn:aws[a-z-]*:rds:[a-z0-9-]+:\d{12}:db:/, "");
  const all = (named === undefined ? databasesOf(deps.state, call) : [requireDatabase(deps, call, named)]).filter(
    (found) => filters.every((passes) => passes(found)),
  );
  const { items, Marker } = pageOf(all, ({ ref }) => ref.key, input);
  return { DBInstances: items.map((found) => showDatabase(deps, found)), ...(Marker !== undefined && { Marker }) };
};

const FILTERS: Readonly<Record<string, (found: Resource<Database>) => readonly string[]>> = {
  "db-instance-id": (found) => [found.ref.key, databaseArn(found)],
  engine: ({ document }) => [document.engine],
  "dbi-resource-id": ({ document }) => [document.resourceId],
  "db-cluster-id": () => [],
  domain: () => [],
};

export const describeDBLogFiles: RdsOperation<"DescribeDBLogFiles"> = async (input, call, deps) => {
  const { document } = requireDatabase(deps, call, input.DBInstanceIdentifier);
  const all = document.files.filter(
    ({ name, size, writtenAt }) =>
      name.includes(input.FilenameContains ?? "") &&
      size >= (input.FileSize ?? 0) &&
      writtenAt >= (input.FileLastWritten ?? 0),
  );
  const { items, Marker } = pageOf(all, ({ name }) => name, input);
  return {
    DescribeDBLogFiles: items.map(({ name, size, writtenAt }) => ({
      LogFileName: name,
      Size: size,
      LastWritten: writtenAt,
    })),
    ...(Marker !== undefined && { Marker }),
  };
};

function pageOf<T>(
  all: readonly T[],
  keyOf: (item: T) => string,
  request: { readonly Marker?: string | undefined; readonly MaxRecords?: number | undefined },
): { items: T[]; Marker?: string } {
  const after = Buffer.from(request.Marker ?? "", "base64url").toString("utf8");
  if (request.Marker !== undefined && Buffer.from(after).toString("base64url") !== request.Marker)
    throw invalid("The Marker is not one that this operation gave.");
  const rest = [...all].filter((item) => keyOf(item) > after).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const items = rest.slice(0, request.MaxRecords ?? PAGE);
  const last = items.at(-1);
  return rest.length > items.length && last !== undefined
    ? { items, Marker: Buffer.from(keyOf(last)).toString("base64url") }
    : { items };
}
