import type { Protocol, ServiceModel } from "../model/shape.ts";
import type { Answer, AnswerContext } from "./answer.ts";
import type { WireFailure } from "./failure.ts";
import { jsonFromTree } from "./json.ts";
import { rpcAnswer } from "./rpc.ts";
import { compileWriter } from "./writer.ts";
import { escapeXml } from "./xml-write.ts";

/**
 * Codes that every service may answer with and that have older names in the query protocols and in S3. What is not
 * listed has one name everywhere.
 */
const COMMON: Readonly<
  Record<string, Partial<Record<"awsQuery" | "ec2Query" | "restXml", readonly [code: string, status: number]>>>
> = {
  AccessDeniedException: {
    awsQuery: ["AccessDenied", 403],
    ec2Query: ["UnauthorizedOperation", 403],
    restXml: ["AccessDenied", 403],
  },
  ThrottlingException: {
    awsQuery: ["Throttling", 400],
    ec2Query: ["RequestLimitExceeded", 503],
    restXml: ["SlowDown", 503],
  },
  ServiceUnavailableException: {
    awsQuery: ["ServiceUnavailable", 503],
    ec2Query: ["Unavailable", 503],
    restXml: ["SlowDown", 503],
  },
  ExpiredTokenException: {
    awsQuery: ["ExpiredToken", 403],
    ec2Query: ["RequestExpired", 400],
    restXml: ["ExpiredToken", 400],
  },
  UnknownOperationException: {
    awsQuery: ["InvalidAction", 400],
    ec2Query: ["InvalidAction", 400],
    restXml: ["MethodNotAllowed", 405],
  },
  SerializationException: {
    awsQuery: ["MalformedInput", 400],
    ec2Query: ["MalformedInput", 400],
    restXml: ["MalformedXML", 400],
  },
  InternalFailure: { ec2Query: ["InternalError", 500], restXml: ["InternalError", 500] },
};

/** Writes a failure the way the protocol's clients expect it. */
export function failureAnswer(
  protocol: Protocol,
  failure: WireFailure,
  service: ServiceModel | undefined,
  context: AnswerContext,
): Answer {
  const shape = service?.errors.get(failure.code);
  const common =
    shape ||
    protocol === "awsJson1_0" ||
    protocol === "awsJson1_1" ||
    protocol === "rpcv2Cbor" ||
    protocol === "restJson1"
      ? undefined
      : COMMON[failure.code]?.[protocol];
  const status = common?.[1] ?? failure.status;
  const sender = status < 500;
  const queryCode = shape?.error?.queryCode ?? common?.[0] ?? failure.code;
  switch (protocol) {
    case "awsQuery":
      return xml(
        status,
        "text/xml",
        `<ErrorResponse xmlns="${escapeXml(service?.xmlNamespace ?? "")}"><Error><Type>${sender ? "Sender" : "Receiver"}</Type><Code>${escapeXml(queryCode)}</Code><Message>${escapeXml(failure.message)}</Message></Error><RequestId>${context.requestId}</RequestId></ErrorResponse>`,
      );
    case "ec2Query":
      return xml(
        status,
        "text/xml;charset=UTF-8",
        `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>${escapeXml(queryCode)}</Code><Message>${escapeXml(failure.message)}</Message></Error></Errors><RequestID>${context.requestId}</RequestID></Response>`,
      );
    case "restXml":
      return xml(
        status,
        "application/xml",
        `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${escapeXml(queryCode)}</Code><Message>${escapeXml(failure.message)}</Message><RequestId>${context.requestId}</RequestId></Error>`,
      );
  }
  const messageKey = shape?.members.some((member) => member.name === "Message") ? "Message" : "message";
  const members = shape
    ? compileWriter(shape, {
        names: protocol === "restJson1" ? "json" : "member",
        to: protocol === "rpcv2Cbor" ? "cbor" : "json",
      })(failure.members)
    : {};
  const body: Record<string, unknown> = { ...(members as object), [messageKey]: failure.message };
  const compatibility: Record<string, string> = service?.queryCompatible
    ? { "x-amzn-query-error": `${queryCode};${sender ? "Sender" : "Receiver"}` }
    : {};
  if (protocol === "restJson1") {
    return {
      status,
      headers: { "content-type": "application/json", "x-amzn-errortype": failure.code },
      body: jsonFromTree(body),
    };
  }
  const qualified =
    service && (service.queryCompatible || protocol === "rpcv2Cbor")
      ? `${service.namespace}#${failure.code}`
      : failure.code;
  const answer = rpcAnswer(protocol, status, { __type: qualified, ...body }, context);
  return { ...answer, headers: { ...answer.headers, "x-amzn-errortype": failure.code, ...compatibility } };
}

const xml = (status: number, contentType: string, text: string): Answer => ({
  status,
  headers: { "content-type": contentType },
  body: Buffer.from(text, "utf8"),
});
