import type { ApiTypes, Snapshot } from "@nephoscope/wire";

/** An API of our own beside AWS's, in AWS's JSON protocol and signed like all others: why a call was allowed or denied. */
export type DecisionsApi = ApiTypes<{
  ExplainDecision: {
    input: { RequestId: string };
    output: {
      Time: string;
      Service: string;
      Operation: string;
      PrincipalArn: string;
      AccessKeyId: string;
      SourceIp: string;
      ErrorCode?: string;
      ErrorMessage?: string;
      /** A list of `Ruling`, in the order in which they were asked. */
      Rulings: object;
    };
  };
}>;

export const decisionsSnapshot: Snapshot = {
  source: { client: "none", botocore: "none" },
  service: {
    name: "decisions",
    id: "Decisions",
    signingName: "nephoscope",
    target: "NephoscopeDecisions",
    version: "2026-11-21",
    namespace: "nephoscope.decisions",
    protocols: ["awsJson1_1"],
    queryCompatible: false,
  },
  operations: {
    ExplainDecision: { input: "ExplainRequest", output: "ExplainResult", errors: ["ResourceNotFoundException"] },
  },
  unsupported: [],
  errors: ["ResourceNotFoundException"],
  shapes: {
    RequestId: { kind: "string", min: 1, max: 128 },
    Text: { kind: "string" },
    Document: { kind: "document" },
    ExplainRequest: { kind: "structure", members: { RequestId: { shape: "RequestId", required: true } } },
    ExplainResult: {
      kind: "structure",
      members: {
        Time: { shape: "Text" },
        Service: { shape: "Text" },
        Operation: { shape: "Text" },
        PrincipalArn: { shape: "Text" },
        AccessKeyId: { shape: "Text" },
        SourceIp: { shape: "Text" },
        ErrorCode: { shape: "Text" },
        ErrorMessage: { shape: "Text" },
        Rulings: { shape: "Document" },
      },
    },
    ResourceNotFoundException: {
      kind: "structure",
      error: { status: 400, fault: "client" },
      members: { message: { shape: "Text" } },
    },
  },
};
