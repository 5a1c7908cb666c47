import { createHash } from "node:crypto";
import { timeOrderedId } from "../../../platform/time-ordered-id.ts";
import { againOnConflict, causeOf } from "../commit.ts";
import type { LogsCall, LogsInput, LogsOperation } from "../operation.ts";
import { countChange, countResources } from "../resource-count.ts";
import { checkParameters, ParametersRefused } from "./parameters.ts";
import {
  findQueryDefinition,
  MAX_QUERY_DEFINITIONS,
  QUERY_DEFINITION_KIND,
  type QueryDefinition,
  queryDefinitionRef,
} from "./query-definition.ts";

/** A query reads at most so many groups (API reference, StartQuery), so a saved one names no more. */
const MAX_LOG_GROUPS = 50;

export const putQueryDefinition: LogsOperation<"PutQueryDefinition"> = async (input, call, { state, clock }) => {
  check(input, call);
  const madeFrom = digest([input.name, input.queryString, input.logGroupNames, input.parameters]);
  // What isn't given is gone: an update keeps nothing of what was there (API reference, PutQueryDefinition).
  const settings = {
    name: input.name,
    queryString: input.queryString,
    ...(input.logGroupNames !== undefined && { logGroupNames: input.logGroupNames }),
    ...(input.parameters !== undefined && { parameters: input.parameters }),
    lastModified: clock.now(),
  };

  const update = (id: string) => {
    const found = findQueryDefinition(state, call, id);
    if (found === undefined) {
      throw call.error("ResourceNotFoundException", `The query definition ${id} does not exist.`);
    }
    const document: QueryDefinition = { ...settings, madeFrom: found.document.madeFrom };
    return state.commit({ cause: causeOf(call), changes: [{ put: found.ref, document, expect: found.version }] });
  };
  const create = async (id: string) => {
    const earlier = findQueryDefinition(state, call, id);
    if (earlier !== undefined) {
      if (earlier.document.madeFrom === madeFrom) return;
      throw call.error("InvalidParameterException", "The clientToken was used before, for another query definition.");
    }
    if (countResources(state, call, QUERY_DEFINITION_KIND) >= MAX_QUERY_DEFINITIONS) {
      throw call.error(
        "LimitExceededException",
        `Resource limit exceeded. An account can have at most ${MAX_QUERY_DEFINITIONS} query definitions in a Region.`,
      );
    }
    const document: QueryDefinition = { ...settings, madeFrom };
    await state.commit({
      cause: causeOf(call),
      changes: [
        countChange(state, call, QUERY_DEFINITION_KIND, 1),
        { put: queryDefinitionRef(call, id), document, expect: "absent" },
      ],
    });
  };

  const { queryDefinitionId } = input;
  const id =
    queryDefinitionId ?? (input.clientToken === undefined ? timeOrderedId(clock.now()) : idOf(input.clientToken));
  await againOnConflict(call, async () => {
    await (queryDefinitionId === undefined ? create(id) : update(id));
  });
  return { queryDefinitionId: id };
};

function check(input: LogsInput<"PutQueryDefinition">, call: LogsCall): void {
  const language = input.queryLanguage ?? "CWLI";
  if (language !== "CWLI") {
    throw call.error("InvalidParameterException", `The query language ${language} is not supported; CWLI is.`);
  }
  if ((input.logGroupNames ?? []).length > MAX_LOG_GROUPS) {
    throw call.error("InvalidParameterException", `A query definition names at most ${MAX_LOG_GROUPS} log groups.`);
  }
  try {
    checkParameters(input.queryString, input.parameters ?? []);
  } catch (error) {
    if (error instanceof ParametersRefused) throw call.error("InvalidParameterException", error.message);
    throw error;
  }
}

const digest = (value: unknown) => createHash("sha256").update(JSON.stringify(value)).digest("base64url");

/** A call that a client sends again carries the same token, so it makes the same id. The form is that of a UUID of version 8. */
function idOf(clientToken: string): string {
  const hex = createHash("sha256").update(clientToken).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
