import type { Codec } from "../codec/answer.ts";
import { codecOf, speaks } from "../codec/codecs.ts";
import { WireFailure } from "../codec/failure.ts";
import { textFromBytes } from "../codec/json.ts";
import { memo } from "../codec/memo.ts";
import { recordOf } from "../codec/typed.ts";
import type { Operation, Protocol } from "../model/shape.ts";
import { type Call, type CallSignature, type Credential, callError, type Service } from "../service.ts";
import type { Arrival, Conducted } from "./arrival.ts";
import { contentTypeOf } from "./detect.ts";
import type { ReceivedBody } from "./received-body.ts";

/** A call whose caller and body are proven as far as they must be. */
export interface ProvenCall {
  readonly service: Service;
  readonly caller: Credential & { readonly region: string };
  readonly body: ReceivedBody;
  readonly signature?: CallSignature;
}

/** From a body that may be believed to the answer: decode, authorise, run, encode. */
export async function runCall(arrival: Arrival, { service, caller, body, signature }: ProvenCall): Promise<Conducted> {
  const { req, query, headers, detected, progress, server } = arrival;
  const { protocol } = detected;
  const form = protocol === "awsQuery" || protocol === "ec2Query" ? formOf(query, body.bytes) : undefined;
  progress.operation = detected.operation ?? form?.get("Action") ?? undefined;
  const operation = operationOf(service, protocol, progress.operation);
  const codec = codecs(service)(protocol);
  const json = protocol === "awsJson1_0" || protocol === "awsJson1_1";
  const input =
    (json ? service.read?.(operation.name, body.bytes) : undefined) ??
    codec.read(operation, {
      method: req.method ?? "GET",
      headers,
      query,
      labels: detected.labels,
      body: body.bytes,
      stream: body.stream,
      form,
    });
  progress.input = recordOf(input);
  const call: Call = {
    requestId: progress.requestId,
    service: service.model.name,
    operation: operation.name,
    protocol,
    account: caller.account,
    region: caller.region,
    principal: caller.principal,
    accessKeyId: caller.accessKeyId,
    sourceIp: progress.sourceIp,
    userAgent: progress.userAgent,
    signal: progress.signal,
    receivedAt: progress.receivedAt,
    invocationId: progress.invocationId,
    attempt: progress.attempt,
    bodySha256: body.sha256,
    signature,
    error: (name: string, message: string, members?: Readonly<Record<string, unknown>>) =>
      callError(service.model, name, message, members),
  };
  await server.authorize(call, input);
  const output = await service.run(operation.name, input, call);
  const answer = codec.write(operation, output, {
    requestId: progress.requestId,
    contentType: contentTypeOf(req.headers),
  });
  // A stream has one reader, the client, so a record of the call must not hold it.
  const streams = answer.body !== undefined && !(answer.body instanceof Uint8Array);
  return { answer, output: streams ? {} : output };
}

/** The fields of a query call. They may stand in the URL, as those of presigned ones do. */
export function formOf(query: URLSearchParams, body: Buffer): URLSearchParams {
  const form = new URLSearchParams(textFromBytes(body));
  for (const [name, value] of query) if (!name.startsWith("X-Amz-") && !form.has(name)) form.append(name, value);
  return form;
}

const codecs = memo((service: Service) => {
  const known = new Map<Protocol, Codec>();
  return (protocol: Protocol): Codec => {
    const codec = known.get(protocol) ?? codecOf(service.model, protocol);
    known.set(protocol, codec);
    return codec;
  };
});

function operationOf(service: Service, protocol: Protocol, name: string | undefined): Operation {
  const { model } = service;
  const operation = name === undefined ? undefined : model.operations.get(name);
  if (operation && service.implemented.has(operation.name)) {
    if (!speaks(model, protocol))
      throw new WireFailure(
        "UnknownOperationException",
        `${model.id} does not speak ${protocol} here; it speaks ${model.protocols.join(", ")}.`,
      );
    return operation;
  }
  if (operation || (name !== undefined && model.unsupported.has(name))) {
    throw new WireFailure(
      "NotImplemented",
      `${model.id} has the operation ${name}, which Nephoscope does not support.`,
      { status: 501 },
    );
  }
  throw unknownOperation(name);
}

export const unknownOperation = (name: string | undefined): WireFailure =>
  new WireFailure(
    "UnknownOperationException",
    name === undefined || name === ""
      ? "The request names no operation."
      : `The operation '${name.slice(0, 100)}' is not known.`,
  );

/** A call for which no service was found: either there is none of that name, or the operation is none of its. */
export const unknownCall = ({ server, detected }: Arrival, signingName: string): WireFailure =>
  server.serves(signingName)
    ? unknownOperation(detected.operation)
    : new WireFailure("UnknownOperationException", `There is no service '${signingName.slice(0, 64)}' here.`);
