import type { IncomingHttpHeaders } from "node:http";
import { splitUrl } from "../auth/canonical.ts";
import { readPresignedV2 } from "../auth/presigned-v2.ts";
import type { RefusalFamily } from "../auth/refusals.ts";
import type { Protocol, ServiceModel } from "../model/shape.ts";
import type { Service } from "../service.ts";
import type { Directory } from "./directory.ts";
import type { RequestHead } from "./namesakes.ts";

/** What the head of a request says about the call, before anything is verified. */
export interface Detected {
  readonly protocol: Protocol;
  readonly service: Service | undefined;
  /** The operation's name as asked for; `undefined` where the body has to say (query), or nothing is there by the name. */
  readonly operation: string | undefined;
  /** Values of a REST path's labels. */
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Tells protocol, service and operation, in the order in which the marks are unmistakable. `undefined` when the request
 * is no API call at all: no mark, no signature and no session.
 * @param inSession the signing name of the service that a request in a session says it is for
 */
export function detect(
  directory: Directory,
  head: RequestHead,
  query: URLSearchParams,
  inSession: string | undefined,
): Detected | undefined {
  const { headers } = head;
  const [path] = splitUrl(head.url);
  const rpc = /^\/service\/([^/]+)\/operation\/([^/]+)$/.exec(path);
  if (rpc && headers["smithy-protocol"] === "rpc-v2-cbor") {
    return { protocol: "rpcv2Cbor", service: directory.byTarget(rpc[1] ?? ""), operation: rpc[2], labels: {} };
  }
  const target = headers["x-amz-target"];
  if (typeof target === "string") {
    const dot = target.lastIndexOf(".");
    const protocol = contentTypeOf(headers) === "application/x-amz-json-1.0" ? "awsJson1_0" : "awsJson1_1";
    return {
      protocol,
      service: directory.byTarget(target.slice(0, Math.max(dot, 0))),
      operation: target.slice(dot + 1),
      labels: {},
    };
  }
  const named = signingNameOf(headers, query) ?? inSession;
  const service = named === undefined ? undefined : directory.bySigningName(named, head);
  const form = head.method === "POST" && contentTypeOf(headers) === "application/x-www-form-urlencoded";
  // To a REST service a form is a payload as any other.
  if ((query.has("Action") || form) && !(service && restProtocol(service.model))) {
    if (named === undefined && !query.has("Action") && path !== "/") return undefined;
    const found = service ?? directory.byVersion(query.get("Version") ?? "");
    return {
      protocol: found?.model.protocols.includes("ec2Query") ? "ec2Query" : "awsQuery",
      service: found,
      operation: query.get("Action") ?? undefined,
      labels: {},
    };
  }
  if (named === undefined) return undefined;
  // A name without any mark of an operation is answered in the protocol that most services speak.
  return (
    detectRest(directory, head, query, named) ?? {
      protocol: service?.model.protocols[0] ?? "awsJson1_1",
      service,
      operation: undefined,
      labels: {},
    }
  );
}

/** A call of the REST service that is signed with a name; undefined where there is none. */
export function detectRest(
  directory: Directory,
  head: RequestHead,
  query: URLSearchParams,
  named: string,
): Detected | undefined {
  const service = directory.bySigningName(named, head);
  const protocol = service && restProtocol(service.model);
  if (!service || !protocol) return undefined;
  const [path] = splitUrl(head.url);
  const match = directory.routes(service)?.match(head.method, path, query, head.headers);
  return { protocol, service, operation: match?.operation, labels: match?.labels ?? {} };
}

const restProtocol = (model: ServiceModel): Protocol | undefined =>
  model.protocols.find((protocol) => protocol === "restJson1" || protocol === "restXml");

/** Without parameters, in lower case. */
export const contentTypeOf = (headers: IncomingHttpHeaders): string =>
  (headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";

/** The service's name in the credential scope, wherever that stands. Empty when a signature names none. */
function signingNameOf(headers: IncomingHttpHeaders, query: URLSearchParams): string | undefined {
  const { authorization } = headers;
  if (authorization?.startsWith("AWS4-"))
    return /Credential=[^,]*\/([^/,\s]+)\/aws4_request/.exec(authorization)?.[1] ?? "";
  if (query.has("X-Amz-Signature") || query.has("X-Amz-Algorithm"))
    return (query.get("X-Amz-Credential") ?? "").split("/").at(-2) ?? "";
  // Only S3 ever took the second version in a URL.
  if (readPresignedV2(query)) return "s3";
  return undefined;
}

/** Which codes a failed authentication has. */
export function refusalFamily(detected: Detected): RefusalFamily {
  if (detected.service?.model.signingName === "s3") return "s3";
  if (detected.protocol === "ec2Query") return "ec2";
  return detected.protocol === "awsQuery" || detected.protocol === "restXml" ? "query" : "json";
}
