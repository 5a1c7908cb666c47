import type { Resource } from "../../../platform/state/state.ts";
import type { LogsOperation } from "../operation.ts";
import { makePageToken, readPageToken } from "../page-token.ts";
import { MAX_QUERY_DEFINITIONS, QUERY_DEFINITION_KIND, type QueryDefinition } from "./query-definition.ts";

/** In the order of their names. An account has few enough of them to be sorted for each page. */
export const describeQueryDefinitions: LogsOperation<"DescribeQueryDefinitions"> = async (input, call, deps) => {
  const { state, clock } = deps;
  const prefix = input.queryDefinitionNamePrefix ?? "";
  const request = [call.operation, prefix, input.queryLanguage, call.account, call.region];
  let after = { name: "", id: "" };
  if (input.nextToken !== undefined) {
    const position = readPageToken(input.nextToken, request, clock.now());
    if (!isPlace(position)) throw call.error("InvalidParameterException", "The specified nextToken is invalid.");
    after = position;
  }
  const language = input.queryLanguage ?? "CWLI";
  const all =
    language === "CWLI"
      ? state.list<QueryDefinition>({ kind: QUERY_DEFINITION_KIND, account: call.account, region: call.region })
      : [];
  const rest = all
    .filter(({ document }) => document.name.startsWith(prefix))
    .filter((definition) => compare(placeOf(definition), after) > 0)
    .sort((a, b) => compare(placeOf(a), placeOf(b)));
  const page = rest.slice(0, input.maxResults ?? MAX_QUERY_DEFINITIONS);
  const last = page.at(-1);
  return {
    queryDefinitions: page.map(({ ref, document: { madeFrom: _internal, ...document } }) => ({
      queryLanguage: "CWLI" as const,
      queryDefinitionId: ref.key,
      ...document,
      logGroupNames: document.logGroupNames && [...document.logGroupNames],
      parameters: document.parameters?.map((parameter) => ({ ...parameter })),
    })),
    nextToken:
      last !== undefined && rest.length > page.length ? makePageToken(placeOf(last), request, clock.now()) : undefined,
  };
};

/** Names may repeat, so the id decides between equal ones. */
interface Place {
  readonly name: string;
  readonly id: string;
}

const placeOf = ({ ref, document }: Resource<QueryDefinition>): Place => ({ name: document.name, id: ref.key });
const compare = (a: Place, b: Place) => byBytes(a.name, b.name) || byBytes(a.id, b.id);
const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

function isPlace(value: unknown): value is Place {
  return (
    typeof value === "object" &&
    value !== null &&
    "name" in value &&
    typeof value.name === "string" &&
    "id" in value &&
    typeof value.id === "string"
  );
}
