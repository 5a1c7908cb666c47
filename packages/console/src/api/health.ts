import type { DeliveryLists, KeptMailView, ServerHealth } from "@nephoscope/server/health";
import { sendJson } from "./json-client.ts";

/** How the server is, and what it could not deliver: an API of Nephoscope's own. */
const service = { name: "nephoscope-health", target: "NephoscopeHealth", version: "1.1" } as const;

/** As many of each list as the API gives at once. */
export const MOST_LISTED = 1_000;

export const serverHealth = async (signal: AbortSignal): Promise<ServerHealth> =>
  (await ask<{ readonly Server: ServerHealth }>("DescribeServer", {}, signal)).Server;

export const deliveries = (signal: AbortSignal): Promise<DeliveryLists> =>
  ask<DeliveryLists>("ListDeliveries", { Limit: MOST_LISTED }, signal);

export const keptMails = async (signal: AbortSignal): Promise<readonly KeptMailView[]> =>
  (await ask<{ readonly Mails: readonly KeptMailView[] }>("ListKeptMails", { Limit: MOST_LISTED }, signal)).Mails;

async function ask<T>(operation: string, input: object, signal: AbortSignal): Promise<T> {
  const response = await sendJson(service, operation, input, signal);
  // The shape is the server's promise, checked where it writes the answer.
  const answer: T = await response.json();
  return answer;
}
