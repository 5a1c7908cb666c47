import type { Scope } from "../../../platform/fleet/host.ts";
import { HOST_ID } from "../../../platform/fleet/host.ts";
import type { Change, ResourceRef } from "../../../platform/state/state.ts";
import { againOnConflict, causeOf } from "../commit.ts";
import { filterBy } from "../filters.ts";
import { resourceExists } from "../network/find-resource.ts";
import { type Ec2Call, type Ec2Deps, type Ec2Operation, type Ec2Output, refuse } from "../operation.ts";
import { pageOf } from "../pages.ts";

/** Tags of what EC2 shows; a host's are those that Systems Manager shows too, and kept with it. */
type Tags = Readonly<Record<string, string>>;

const TAGS_KIND = "ec2.tags";
/** Tags of one resource (EC2 user guide, "Tag restrictions"). */
const MAX_TAGS = 50;
const MAX_KEY = 128;
const MAX_VALUE = 256;

export const tagsRef = ({ account, region }: Scope, id: string): ResourceRef => ({
  kind: TAGS_KIND,
  account,
  region,
  key: id,
});

export const tagsOf = ({ state, fleet }: Pick<Ec2Deps, "state" | "fleet">, scope: Scope, id: string): Tags =>
  (HOST_ID.test(id) ? fleet.find(scope, id)?.document.tags : state.get<Tags>(tagsRef(scope, id))?.document) ?? {};

export const tagList = (tags: Tags): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

type TagSpecifications = readonly {
  readonly ResourceType?: string | undefined;
  readonly Tags?: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined;
}[];

/** The tags that a request makes its resource with, and the change that keeps them. */
export function tagsAtCreation(
  scope: Scope,
  id: string,
  type: string,
  specifications: TagSpecifications | undefined,
): Change[] {
  const stranger = specifications?.find(({ ResourceType }) => ResourceType !== undefined && ResourceType !== type);
  if (stranger !== undefined)
    throw refuse(
      "InvalidParameterValue",
      `'${stranger.ResourceType}' is not a valid taggable resource type for this operation.`,
    );
  const tags = readTags((specifications ?? []).flatMap(({ Tags = [] }) => Tags));
  return Object.keys(tags).length === 0 ? [] : [{ put: tagsRef(scope, id), document: tags, expect: "any" }];
}

function readTags(given: readonly { Key?: string | undefined; Value?: string | undefined }[]): Tags {
  const tags: Record<string, string> = {};
  for (const { Key = "", Value = "" } of given) {
    if (Key === "" || Key.length > MAX_KEY)
      throw refuse("InvalidParameterValue", `Tag keys have 1 to ${MAX_KEY} characters.`);
    if (Value.length > MAX_VALUE)
      throw refuse("InvalidParameterValue", `Tag values have at most ${MAX_VALUE} characters.`);
    if (/^aws:/i.test(Key))
      throw refuse("InvalidParameterValue", "Tag keys starting with 'aws:' are reserved for internal use");
    tags[Key] = Value;
  }
  return checkNumber(tags);
}

function checkNumber(tags: Tags): Tags {
  if (Object.keys(tags).length > MAX_TAGS)
    throw refuse("TagLimitExceeded", `More than ${MAX_TAGS} tags per resource are not allowed.`);
  return tags;
}

async function changeTags(deps: Ec2Deps, call: Ec2Call, id: string, change: (tags: Tags) => Tags): Promise<void> {
  if (HOST_ID.test(id)) {
    await deps.fleet.change(call, id, causeOf(call), (host) => ({ ...host, tags: change(host.tags) }));
    return;
  }
  await againOnConflict(call, async () => {
    const ref = tagsRef(call, id);
    const known = deps.state.get<Tags>(ref);
    const tags = change(known?.document ?? {});
    const expect = known?.version ?? "absent";
    await deps.state.commit({
      cause: causeOf(call),
      changes: [Object.keys(tags).length === 0 ? { remove: ref, expect: "any" } : { put: ref, document: tags, expect }],
    });
  });
}

function requireAll(deps: Ec2Deps, call: Ec2Call, ids: readonly string[]): void {
  const gone = ids.find((id) => !resourceExists(deps, call, id));
  if (gone !== undefined) throw refuse("InvalidID", `The ID '${gone}' is not valid, or there is no such resource.`);
}

export const createTags: Ec2Operation<"CreateTags"> = async (input, call, deps) => {
  const added = readTags(input.Tags);
  requireAll(deps, call, input.Resources);
  for (const id of input.Resources) await changeTags(deps, call, id, (tags) => checkNumber({ ...tags, ...added }));
  return {};
};

export const deleteTags: Ec2Operation<"DeleteTags"> = async (input, call, deps) => {
  requireAll(deps, call, input.Resources);
  const gone = input.Tags;
  for (const id of input.Resources) {
    await changeTags(deps, call, id, (tags) =>
      Object.fromEntries(
        Object.entries(tags).filter(
          // Without tags all go; with a value only a tag that has it.
          ([key, value]) =>
            gone !== undefined &&
            !gone.some(({ Key, Value }) => Key === key && (Value === undefined || Value === value)),
        ),
      ),
    );
  }
  return {};
};

type ResourceType = NonNullable<NonNullable<Ec2Output<"DescribeTags">["Tags"]>[number]["ResourceType"]>;

/** By the beginning of an id. */
const TYPES: Readonly<Record<string, ResourceType>> = {
  i: "instance",
  mi: "instance",
  vpc: "vpc",
  subnet: "subnet",
  eni: "network-interface",
  sg: "security-group",
  sgr: "security-group-rule",
  fl: "vpc-flow-log",
  nat: "natgateway",
};

export const describeTags: Ec2Operation<"DescribeTags"> = async (input, call, { state, fleet }) => {
  const kept = state.list<Tags>({ kind: TAGS_KIND, account: call.account, region: call.region });
  const all = [
    ...kept.map(({ ref, document }) => ({ id: ref.key, tags: document })),
    ...fleet.list(call).map(({ ref, document }) => ({ id: ref.key, tags: document.tags })),
  ].flatMap(({ id, tags }) =>
    Object.entries(tags).map(([key, value]) => ({ id, type: TYPES[id.slice(0, id.indexOf("-"))], key, value })),
  );
  const passes = filterBy<(typeof all)[number]>(input.Filters, {
    key: ({ key }) => [key],
    value: ({ value }) => [value],
    "resource-id": ({ id }) => [id],
    "resource-type": ({ type }) => [type],
  });
  const { items, ...next } = pageOf(all.filter(passes), ({ id, key }) => `${id} ${key}`, input);
  return {
    Tags: items.map(({ id, type, key, value }) => ({
      Key: key,
      Value: value,
      ResourceId: id,
      ResourceType: type,
    })),
    ...next,
  };
};

export const dropTags = (scope: Scope, id: string): Change => ({ remove: tagsRef(scope, id), expect: "any" });
