import { causeOf, changeDocument } from "../commit.ts";
import type { SsmCall, SsmDeps, SsmOperation } from "../operation.ts";
import { type Parameter, parameterRef } from "../parameters/parameter.ts";
import { checkTags, tagsOf } from "./check-tags.ts";

type Tags = Readonly<Record<string, string>>;

/** Where a resource's tags are kept: parameters and hosts have them in their documents. */
async function changeTags(
  deps: SsmDeps,
  call: SsmCall,
  { ResourceType, ResourceId }: { ResourceType: string; ResourceId: string },
  change: (tags: Tags) => Tags,
): Promise<Tags> {
  let tags: Tags = {};
  if (ResourceType === "ManagedInstance") {
    const host = await deps.fleet.change(call, ResourceId, causeOf(call), (document) => {
      tags = change(document.tags);
      return { ...document, tags };
    });
    if (host === undefined) throw unknownResource(call, ResourceId);
    return tags;
  }
  if (ResourceType === "Parameter") {
    const { tags: changed } = await changeDocument<Parameter>(
      deps,
      call,
      () => {
        const found = deps.state.get<Parameter>(parameterRef(call, ResourceId));
        if (found === undefined) throw unknownResource(call, ResourceId);
        return found;
      },
      (document) => ({ ...document, tags: change(document.tags) }),
    );
    return changed;
  }
  throw call.error(
    "InvalidResourceType",
    `Tags of ${ResourceType} are not supported: ManagedInstance and Parameter are.`,
  );
}

const unknownResource = (call: SsmCall, id: string): Error =>
  call.error(
    "InvalidResourceId",
    `The resource ID is not valid. Verify that you entered the correct ID and try again. (${id})`,
  );

export const addTagsToResource: SsmOperation<"AddTagsToResource"> = async (input, call, deps) => {
  const added = tagsOf(input.Tags);
  await changeTags(deps, call, input, (tags) => {
    const all = { ...tags, ...added };
    checkTags(call, all);
    return all;
  });
  return {};
};

export const removeTagsFromResource: SsmOperation<"RemoveTagsFromResource"> = async (input, call, deps) => {
  const gone = new Set(input.TagKeys);
  await changeTags(deps, call, input, (tags) =>
    Object.fromEntries(Object.entries(tags).filter(([key]) => !gone.has(key))),
  );
  return {};
};

export const listTagsForResource: SsmOperation<"ListTagsForResource"> = async (input, call, deps) => {
  const { ResourceType, ResourceId } = input;
  let tags: Tags | undefined;
  if (ResourceType === "ManagedInstance") tags = deps.fleet.find(call, ResourceId)?.document.tags;
  else if (ResourceType === "Parameter")
    tags = deps.state.get<Parameter>(parameterRef(call, ResourceId))?.document.tags;
  else
    throw call.error(
      "InvalidResourceType",
      `Tags of ${ResourceType} are not supported: ManagedInstance and Parameter are.`,
    );
  if (tags === undefined) throw unknownResource(call, ResourceId);
  return { TagList: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
};
