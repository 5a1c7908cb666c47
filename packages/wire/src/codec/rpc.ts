import type { Operation, ServiceModel, StructureShape } from "../model/shape.ts";
import { validationAnswer } from "../model/validation-answers.ts";
import type { Answer, AnswerContext, Codec } from "./answer.ts";
import { cborFromTree, treeFromCbor } from "./cbor.ts";
import { eventStreamAnswer, eventStreamMember } from "./event-stream.ts";
import { jsonFromTree, treeFromJson } from "./json.ts";
import { memo } from "./memo.ts";
import { compileReader } from "./reader.ts";
import { compileWriter } from "./writer.ts";

/** awsJson 1.0, awsJson 1.1 and rpcv2Cbor: the whole input is one structure in the body, and so is the output. */
export function rpcCodec(model: ServiceModel, protocol: "awsJson1_0" | "awsJson1_1" | "rpcv2Cbor"): Codec {
  const cbor = protocol === "rpcv2Cbor";
  const reader = memo((shape: StructureShape) => compileReader(shape, "member", validationAnswer(model.name)));
  const writer = memo((shape: StructureShape) => compileWriter(shape, { names: "member", to: cbor ? "cbor" : "json" }));
  const events = memo((operation: Operation) => ({ member: eventStreamMember(operation) }));

  return {
    protocol,
    read(operation, request) {
      if (!operation.input) return {};
      const tree = cbor ? treeFromCbor(request.body) : treeFromJson(request.body);
      return reader(operation.input).read(tree);
    },
    write(operation, output, context) {
      const stream = events(operation).member;
      if (stream)
        return eventStreamAnswer(stream, output, {
          names: "member",
          initialResponse: rpcContentType(protocol, context),
        });
      const tree = operation.output ? writer(operation.output)(output ?? {}) : {};
      return rpcAnswer(protocol, 200, tree, context);
    },
  };
}

const rpcContentType = (protocol: string, context: AnswerContext): string => {
  if (protocol === "rpcv2Cbor") return "application/cbor";
  if (/^application\/x-amz-json-1\.[01]$/.test(context.contentType)) return context.contentType;
  return protocol === "awsJson1_0" ? "application/x-amz-json-1.0" : "application/x-amz-json-1.1";
};

export function rpcAnswer(
  protocol: "awsJson1_0" | "awsJson1_1" | "rpcv2Cbor",
  status: number,
  tree: unknown,
  context: AnswerContext,
): Answer {
  const headers: Record<string, string> = { "content-type": rpcContentType(protocol, context) };
  if (protocol !== "rpcv2Cbor") return { status, headers, body: jsonFromTree(tree) };
  headers["smithy-protocol"] = "rpc-v2-cbor";
  return { status, headers, body: cborFromTree(tree) };
}
