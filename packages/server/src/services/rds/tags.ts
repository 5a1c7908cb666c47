import { changeDatabase, requireDatabase } from "./commit.ts";
import { HOST_TAG } from "./database.ts";
import { pathsOf } from "./log-paths.ts";
import { invalid, type RdsCall, type RdsOperation } from "./operation.ts";

/** Tags of one resource (RDS user guide, "Tagging Amazon RDS resources"). */
const MAX_TAGS = 50;

type TagList = readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[];

export const tagsOf = (tags: TagList | undefined): Record<string, string> =>
  Object.fromEntries((tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));

export function checkTags(tags: Readonly<Record<string, string>>): void {
  if (Object.keys(tags).length > MAX_TAGS) throw invalid(`A resource can have at most ${MAX_TAGS} tags.`);
  const wrong = Object.entries(tags).find(
    ([key, value]) => key === "" || key.length > 128 || value.length > 256 || /^(aws|rds):/i.test(key),
  );
  if (wrong !== undefined)
    throw invalid(
      `The tag "${wrong[0]}" is not valid: keys have 1 to 128 characters and do not begin with aws: or rds:, values have at most 256.`,
    );
}

function nameOf(call: RdsCall, arn: string): string {
  const match = /^arn:aws[a-z-]*:rds:([a-z0-9-]+):(\d{12}):db:(.+)$/.exec(arn);
  if (match === null) throw invalid(`Invalid resource name: ${arn}. Only databases (db) have tags here.`);
  if (match[1] !== call.region || match[2] !== call.account)
    throw call.error("DBInstanceNotFoundFault", `DBInstance ${arn} not found.`);
  return match[3] ?? "";
}

export const addTagsToResource: RdsOperation<"AddTagsToResource"> = async (input, call, deps) => {
  const added = tagsOf(input.Tags);
  if (added[HOST_TAG] !== undefined)
    throw invalid(`${HOST_TAG} says where the database is and can't be changed: register it anew.`);
  await changeDatabase(deps, call, nameOf(call, input.ResourceName), (database) => {
    const tags = { ...database.tags, ...added };
    checkTags(tags);
    return { ...database, tags, paths: pathsOf(database.engine, tags) };
  });
  return {};
};

export const removeTagsFromResource: RdsOperation<"RemoveTagsFromResource"> = async (input, call, deps) => {
  const gone = new Set(input.TagKeys);
  if (gone.has(HOST_TAG)) throw invalid(`${HOST_TAG} says where the database is and can't be removed.`);
  await changeDatabase(deps, call, nameOf(call, input.ResourceName), (database) => {
    const tags = Object.fromEntries(Object.entries(database.tags).filter(([key]) => !gone.has(key)));
    return { ...database, tags, paths: pathsOf(database.engine, tags) };
  });
  return {};
};

export const listTagsForResource: RdsOperation<"ListTagsForResource"> = async (input, call, deps) => {
  const { document } = requireDatabase(deps, call, nameOf(call, input.ResourceName));
  return { TagList: Object.entries(document.tags).map(([Key, Value]) => ({ Key, Value })) };
};
