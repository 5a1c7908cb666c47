import { queryForm } from "./query-form.ts";
import { type ReadXml, readXml, recordOf } from "./query-xml.ts";
import { send } from "./send.ts";
import { xmlTree } from "./xml-tree.ts";

/**
 * Calls of one service that speaks AWS's Query protocol: `await sns("ListTopics", {})`. Gives what stands in the answer's `…Result` element: all
 * leaves are text, lists are arrays of their `member` elements, maps are objects. An empty list is the empty text, so read lists by `listOf`.
 */
export type QueryClient = (operation: string, input: object, signal?: AbortSignal) => Promise<ReadXml>;

export interface QueryService {
  /** Name in the signature's scope, such as `sns`. */
  readonly name: string;
  readonly version: string;
}

export function queryClient(service: QueryService): QueryClient {
  return async (operation, input, signal) => {
    const form = new URLSearchParams({ Action: operation, Version: service.version });
    for (const [name, value] of queryForm(input)) form.append(name, value);
    const response = await send(
      {
        service: service.name,
        headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
        body: form.toString(),
      },
      signal,
      (body) => {
        const error = recordOf(recordOf(parse(body)).Error);
        return { __type: error.Code, message: error.Message };
      },
    );
    return recordOf(parse(await response.text()))[`${operation}Result`] ?? {};
  };
}

function parse(text: string): ReadXml {
  const root = xmlTree(text);
  return root === undefined ? {} : readXml(root);
}
