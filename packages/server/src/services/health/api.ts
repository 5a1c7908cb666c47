import type { ApiTypes, Snapshot } from "@nephoscope/wire";
import type { DeliveryLists, KeptMailView, ServerHealth } from "./views.ts";

/**
 * An API of our own beside AWS's, in AWS's JSON protocol and signed like all others: how the server is, and what it could not deliver.
 * AWS has none, as nobody there sees the machines.
 */
export type HealthApi = ApiTypes<{
  DescribeServer: { input: object; output: { Server: ServerHealth } };
  ListDeliveries: { input: { Limit?: number }; output: DeliveryLists };
  ListKeptMails: { input: { Limit?: number }; output: { Mails: KeptMailView[] } };
}>;

/** Most entries of each list that one call gives. */
export const MOST_LISTED = 1_000;

export const healthSnapshot: Snapshot = {
  source: { client: "none", botocore: "none" },
  service: {
    name: "health",
    id: "Health",
    signingName: "nephoscope-health",
    target: "NephoscopeHealth",
    version: "2026-11-21",
    namespace: "nephoscope.health",
    protocols: ["awsJson1_1"],
    queryCompatible: false,
  },
  operations: {
    DescribeServer: { input: "Nothing", output: "ServerResult", errors: [] },
    ListDeliveries: { input: "ListRequest", output: "DeliveriesResult", errors: [] },
    ListKeptMails: { input: "ListRequest", output: "MailsResult", errors: [] },
  },
  unsupported: [],
  errors: [],
  shapes: {
    Limit: { kind: "integer", min: 1, max: MOST_LISTED },
    Document: { kind: "document" },
    Nothing: { kind: "structure", members: {} },
    ListRequest: { kind: "structure", members: { Limit: { shape: "Limit" } } },
    ServerResult: { kind: "structure", members: { Server: { shape: "Document" } } },
    DeliveriesResult: {
      kind: "structure",
      members: { Waiting: { shape: "Document" }, GivenUp: { shape: "Document" } },
    },
    MailsResult: { kind: "structure", members: { Mails: { shape: "Document" } } },
  },
};
