import { againOnConflict, causeOf } from "../commit.ts";
import type { LogsOperation } from "../operation.ts";
import { countChange, countResources } from "../resource-count.ts";
import { checkTags } from "../tags/check-tags.ts";
import {
  findLookupTable,
  LOOKUP_TABLE_KIND,
  type LookupTable,
  lookupTableArn,
  lookupTableRef,
  MAX_LOOKUP_TABLES,
} from "./lookup-table.ts";
import { storeContent, take } from "./table-content.ts";
import { tableOf } from "./table-source.ts";

export const createLookupTable: LogsOperation<"CreateLookupTable"> = async (input, call, deps) => {
  const { state, clock } = deps;
  const { lookupTableName: name } = input;
  checkTags(input.tags ?? {}, call);
  const checkPlace = () => {
    if (findLookupTable(state, call, name) !== undefined) {
      throw call.error("ResourceAlreadyExistsException", "The specified lookup table already exists");
    }
    if (countResources(state, call, LOOKUP_TABLE_KIND) >= MAX_LOOKUP_TABLES) {
      throw call.error(
        "LimitExceededException",
        `Resource limit exceeded. An account can have at most ${MAX_LOOKUP_TABLES} lookup tables in a Region.`,
      );
    }
  };
  // Before megabytes are written, and again when they are.
  checkPlace();
  const { text, shape } = await tableOf(input, call, deps);
  const contentId = await storeContent(deps, text);
  const now = clock.now();
  const document: LookupTable = {
    ...shape,
    contentId,
    ...(input.description !== undefined && { description: input.description }),
    ...(input.kmsKeyId !== undefined && input.kmsKeyId !== "" && { kmsKeyId: input.kmsKeyId }),
    tags: { ...input.tags },
    createdAt: now,
    lastUpdatedTime: now,
  };
  await againOnConflict(call, () => {
    checkPlace();
    return state.commit({
      cause: causeOf(call),
      changes: [
        { put: lookupTableRef(call, name), document, expect: "absent" },
        countChange(state, call, LOOKUP_TABLE_KIND, 1),
        take(contentId),
      ],
    });
  });
  return { lookupTableArn: lookupTableArn(call, name), createdAt: now };
};
