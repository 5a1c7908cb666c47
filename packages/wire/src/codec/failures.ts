import type { Protocol, ServiceModel, StructureShape } from "../model/shape.ts";
import type { Answer, AnswerContext } from "./answer.ts";
import type { WireFailure } from "./failure.ts";
import { jsonFromTree } from "./json.ts";
import { rpcAnswer } from "./rpc.ts";
import { recordOf } from "./typed.ts";
import { compileWriter, type TreeFormat } from "./writer.ts";
import { escapeXml } from "./xml-write.ts";

/**
 * Codes that every service may answer with and that have older names in the query protocols and in S3. What is not
 * listed has one name everywhere.
 */
const COMMON: Readonly<Record<string, Partial<Record<Protocol, readonly [code: string, status: number]>>>> = {
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
  const common = shape ? undefined : COMMON[failure.code]?.[protocol];
  const status = common?.[1] ?? failure.status;
  const written: Written = {
    failure,
    service,
    shape,
    status,
    code: shape?.error?.queryCode ?? common?.[0] ?? (shape ? undefined : olderCode(service, failure)) ?? failure.code,
    fault: status < 500 ? "Sender" : "Receiver",
  };
  switch (protocol) {
    case "awsQuery":
    case "ec2Query":
    case "restXml":
      return xmlEnvelope(protocol, written, context);
    case "restJson1":
      return {
        status,
        headers: { "content-type": "application/json", "x-amzn-errortype": failure.code },
        body: jsonFromTree(members(written, { names: "json", to: "json" })),
      };
    default:
      return rpcEnvelope(protocol, written, context);
  }
}

/** Clients of services that spoke the query protocol once are told its name of the error in a header of their own. */
const olderCode = (service: ServiceModel | undefined, { code }: WireFailure): string | undefined =>
  service?.queryCompatible ? COMMON[code]?.awsQuery?.[0] : undefined;

/** A failure with what its protocol makes of it. */
interface Written {
  readonly failure: WireFailure;
  readonly service: ServiceModel | undefined;
  /** The error's own shape, if the service models it. */
  readonly shape: StructureShape | undefined;
  readonly status: number;
  /** The query protocols' and S3's name for it. */
  readonly code: string;
  readonly fault: "Sender" | "Receiver";
}

function xmlEnvelope(protocol: "awsQuery" | "ec2Query" | "restXml", written: Written, context: AnswerContext): Answer {
  const { status, fault, service } = written;
  const requestId = escapeXml(context.requestId);
  const error = `<Code>${escapeXml(written.code)}</Code><Message>${escapeXml(written.failure.message)}</Message>`;
  const answer = (contentType: string, text: string): Answer => ({
    status,
    headers: { "content-type": contentType },
    body: Buffer.from(text, "utf8"),
  });
  if (protocol === "awsQuery") {
    const namespace = escapeXml(service?.xmlNamespace ?? "");
    return answer(
      "text/xml",
      `<ErrorResponse xmlns="${namespace}"><Error><Type>${fault}</Type>${error}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
    );
  }
  const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
  if (protocol === "ec2Query") {
    return answer(
      "text/xml;charset=UTF-8",
      `${declaration}<Response><Errors><Error>${error}</Error></Errors><RequestID>${requestId}</RequestID></Response>`,
    );
  }
  // S3 alone has nothing around its errors (the trait `noErrorWrapping` of its model).
  if (service === undefined || service.name === "s3")
    return answer("application/xml", `${declaration}<Error>${error}<RequestId>${requestId}</RequestId></Error>`);
  return answer(
    "application/xml",
    `${declaration}<ErrorResponse><Error><Type>${fault}</Type>${error}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
  );
}

function rpcEnvelope(protocol: "awsJson1_0" | "awsJson1_1" | "rpcv2Cbor", written: Written, context: AnswerContext) {
  const { failure, service, status, code, fault } = written;
  const cbor = protocol === "rpcv2Cbor";
  const qualified =
    service && (service.queryCompatible || cbor) ? `${service.namespace}#${failure.code}` : failure.code;
  const body = { __type: qualified, ...members(written, { names: "member", to: cbor ? "cbor" : "json" }) };
  const answer = rpcAnswer(protocol, status, body, context);
  const headers: Record<string, string> = { ...answer.headers, "x-amzn-errortype": failure.code };
  if (service?.queryCompatible) headers["x-amzn-query-error"] = `${code};${fault}`;
  return { ...answer, headers };
}

/** The message and the further members that the error's shape has. Some models write `Message` with a capital. */
function members(written: Written, format: TreeFormat): Record<string, unknown> {
  const { shape, failure } = written;
  const further = shape ? compileWriter(shape, format)(failure.members) : {};
  const name = shape?.members.some((member) => member.name === "Message") ? "Message" : "message";
  return { ...recordOf(further), [name]: failure.message };
}
