import type { ApiTypes, Snapshot } from "@nephoscope/wire";

/**
 * What agents and the server say to each other: an API of our own beside AWS's, in AWS's JSON protocol, under the names that IAM policies
 * have for the real agent's channel (`ssmmessages:…`). The calls are signed like all others, with the secret that host and server
 * share; answers that a host acts upon carry a proof by the same agreement. Each message of a host has a nonce, so that none is like another,
 * and is taken once.
 */
export type AgentApi = ApiTypes<{
  /** Signed with an activation's id and code. Registers the holder of a private key; asked again with the same key it tells the same host. */
  RegisterManagedInstance: {
    input: {
      /** The host's X25519 public key, 32 bytes in base64. */
      PublicKey: string;
      ComputerName: string;
      /** `mi` (the default) or `i`: how the id begins. */
      IdPrefix?: "mi" | "i";
      /** Random text; part of the proof. */
      Nonce: string;
    };
    output: {
      InstanceId: string;
      Region: string;
      /** The server's X25519 public key. */
      ServerPublicKey: string;
      /** HMAC by the activation code, so that nobody on the way can put another server's key in its place. */
      Proof: string;
    };
  };
  /** The heartbeat: at least once a minute. */
  UpdateInstanceInformation: {
    input: {
      Nonce: string;
      AgentVersion: string;
      /** Whether the machine's owner lets AWS-RunShellScript run. */
      ShellScripts: boolean;
      /** `HostFacts`; left out when they are as they were told. */
      Facts?: unknown;
      /** Reports of assignments, by their names. */
      Reports?: unknown;
    };
    output: object;
  };
  /** What the host is to do. Answers at once when there is something new, else after `WaitSeconds`. */
  GetMessages: {
    input: {
      Nonce: string;
      /** The version of the assignments that the host has; empty at first. */
      AssignmentsVersion: string;
      WaitSeconds: number;
    };
    output: {
      /** JSON: `{messages, assignmentsVersion, assignments?}`. */
      Content: string;
      /** HMAC by the host's message key over its id, the nonce and the content. */
      Signature: string;
    };
  };
  /** How far a command is on the host. The last one has its output. */
  SendReply: {
    input: {
      Nonce: string;
      MessageId: string;
      Status: "InProgress" | "Success" | "Failed" | "TimedOut" | "Cancelled";
      /** Refines the status, such as `AccessDenied`. */
      StatusDetails?: string;
      ResponseCode?: number;
      Output?: string;
      ErrorOutput?: string;
      /** Milliseconds since the epoch. */
      StartedAt?: number;
      EndedAt?: number;
    };
    output: object;
  };
  /** Flows of the host's interfaces. Resolves when they are where their flow logs say. */
  PutFlowRecords: {
    /** A list of `FlowBatch`. */
    input: { Nonce: string; Batches: unknown };
    output: object;
  };
}>;

const text = (min: number, max: number) => ({ kind: "string", min, max }) as const;

export const agentApiSnapshot: Snapshot = {
  source: { client: "none", botocore: "none" },
  service: {
    name: "ssmmessages",
    id: "SSM Messages",
    signingName: "ssmmessages",
    target: "NephoscopeFleet",
    version: "2026-11-21",
    namespace: "nephoscope.fleet",
    protocols: ["awsJson1_1"],
    queryCompatible: false,
  },
  operations: {
    RegisterManagedInstance: { input: "RegisterRequest", output: "RegisterResult", errors: [] },
    UpdateInstanceInformation: { input: "UpdateRequest", output: "Empty", errors: [] },
    GetMessages: { input: "GetMessagesRequest", output: "GetMessagesResult", errors: [] },
    SendReply: { input: "SendReplyRequest", output: "Empty", errors: [] },
    PutFlowRecords: { input: "PutFlowRecordsRequest", output: "Empty", errors: [] },
  },
  unsupported: [],
  errors: [],
  shapes: {
    Name: text(1, 255),
    Key: { ...text(44, 44), pattern: "[A-Za-z0-9+/]{43}=" },
    Nonce: text(16, 64),
    Version: text(0, 64),
    Id: text(1, 64),
    Details: text(0, 100),
    Output: text(0, 24_000),
    ErrorOutput: text(0, 8_000),
    Text: { kind: "string" },
    Prefix: { kind: "string", enum: ["mi", "i"], pattern: "m?i" },
    Status: { kind: "string", pattern: "InProgress|Success|Failed|TimedOut|Cancelled" },
    Flag: { kind: "boolean" },
    Wait: { kind: "integer", min: 0, max: 20 },
    Code: { kind: "integer" },
    Time: { kind: "long", min: 0 },
    Document: { kind: "document" },
    Empty: { kind: "structure", members: {} },
    RegisterRequest: {
      kind: "structure",
      members: {
        PublicKey: { shape: "Key", required: true },
        ComputerName: { shape: "Name", required: true },
        IdPrefix: { shape: "Prefix" },
        Nonce: { shape: "Nonce", required: true },
      },
    },
    RegisterResult: {
      kind: "structure",
      members: {
        InstanceId: { shape: "Text" },
        Region: { shape: "Text" },
        ServerPublicKey: { shape: "Text" },
        Proof: { shape: "Text", sensitive: true },
      },
    },
    UpdateRequest: {
      kind: "structure",
      members: {
        Nonce: { shape: "Nonce", required: true },
        AgentVersion: { shape: "Version", required: true },
        ShellScripts: { shape: "Flag", required: true },
        Facts: { shape: "Document" },
        Reports: { shape: "Document" },
      },
    },
    GetMessagesRequest: {
      kind: "structure",
      members: {
        Nonce: { shape: "Nonce", required: true },
        AssignmentsVersion: { shape: "Version", required: true },
        WaitSeconds: { shape: "Wait", required: true },
      },
    },
    GetMessagesResult: {
      kind: "structure",
      members: { Content: { shape: "Text" }, Signature: { shape: "Text" } },
    },
    SendReplyRequest: {
      kind: "structure",
      members: {
        Nonce: { shape: "Nonce", required: true },
        MessageId: { shape: "Id", required: true },
        Status: { shape: "Status", required: true },
        StatusDetails: { shape: "Details" },
        ResponseCode: { shape: "Code" },
        Output: { shape: "Output" },
        ErrorOutput: { shape: "ErrorOutput" },
        StartedAt: { shape: "Time" },
        EndedAt: { shape: "Time" },
      },
    },
    PutFlowRecordsRequest: {
      kind: "structure",
      members: { Nonce: { shape: "Nonce", required: true }, Batches: { shape: "Document", required: true } },
    },
  },
};
