import type { IncomingHttpHeaders } from "node:http";
import { splitUrl } from "../auth/canonical.ts";
import { readPresignedV2 } from "../auth/presigned-v2.ts";
import type { RefusalFamily } from "../auth/refusals.ts";
import type { Protocol, ServiceModel } from "../model/shape.ts";
import type { Service } from "../service.ts";
import { type RestRoutes, restRoutes } from "./route.ts";

/** What the head of a request says about the call, before anything is verified. */
export interface Detected {
  readonly protocol: Protocol;
  readonly service: Service | undefined;
  /** The operation's name as asked for; `undefined` where the body has to say (query), or nothing is there by the name. */
  readonly operation: string | undefined;
  /** Values of a REST path's labels. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface RequestHead {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** Finds services by the names that requests carry. */
export class Directory {
  readonly #byTarget = new Map<string, Service>();
  readonly #bySigningName = new Map<string, Service>();
  readonly #byVersion = new Map<string, Service>();
  readonly #routes = new Map<Service, RestRoutes>();

  constructor(services: readonly Service[]) {
    for (const service of services) {
      const { model } = service;
      if (this.#bySigningName.has(model.signingName))
        throw new Error(`Two services are signed as ${model.signingName}.`);
      this.#byTarget.set(model.target, service);
      this.#bySigningName.set(model.signingName, service);
      if (!this.#byVersion.has(model.version)) this.#byVersion.set(model.version, service);
      this.#routes.set(service, restRoutes(model));
    }
  }

  /** Some clients put a namespace before the target: CloudTrail's do. */
  byTarget(prefix: string): Service | undefined {
    return this.#byTarget.get(prefix) ?? this.#byTarget.get(prefix.slice(prefix.lastIndexOf(".") + 1));
  }

  bySigningName(name: string | undefined): Service | undefined {
    return name === undefined ? undefined : this.#bySigningName.get(name);
  }

  /** The `Version` of the query protocols is a date, which two services may share; the signature's scope goes before it. */
  byVersion(version: string): Service | undefined {
    return this.#byVersion.get(version);
  }

  /**
   * Tells protocol, service and operation, in the order in which the marks are unmistakable. `undefined` when the request
   * is no API call at all: no mark and no signature.
   */
  detect(head: RequestHead, query: URLSearchParams): Detected | undefined {
    const { headers } = head;
    const [path] = splitUrl(head.url);
    const rpc = /^\/service\/([^/]+)\/operation\/([^/]+)$/.exec(path);
    if (rpc && headers["smithy-protocol"] === "rpc-v2-cbor") {
      return { protocol: "rpcv2Cbor", service: this.byTarget(rpc[1] ?? ""), operation: rpc[2], labels: {} };
    }
    const target = headers["x-amz-target"];
    if (typeof target === "string") {
      const dot = target.lastIndexOf(".");
      const protocol = contentTypeOf(headers) === "application/x-amz-json-1.0" ? "awsJson1_0" : "awsJson1_1";
      return {
        protocol,
        service: this.byTarget(target.slice(0, Math.max(dot, 0))),
        operation: target.slice(dot + 1),
        labels: {},
      };
    }
    const signed = signingNameOf(headers, query);
    const service = this.bySigningName(signed);
    if (
      query.has("Action") ||
      (head.method === "POST" && contentTypeOf(headers) === "application/x-www-form-urlencoded")
    ) {
      if (signed === undefined && !query.has("Action") && path !== "/") return undefined;
      const found = service ?? this.byVersion(query.get("Version") ?? "");
      return {
        protocol: found?.model.protocols.includes("ec2Query") ? "ec2Query" : "awsQuery",
        service: found,
        operation: query.get("Action") ?? undefined,
        labels: {},
      };
    }
    const rest = this.detectRest(head, query, signed);
    if (rest) return rest;
    // A signature without any mark of an operation: answered in the protocol that most services speak.
    if (signed !== undefined)
      return { protocol: service?.model.protocols[0] ?? "awsJson1_1", service, operation: undefined, labels: {} };
    return undefined;
  }

  /** A call of the REST service that is signed with a name; undefined where there is none. */
  detectRest(head: RequestHead, query: URLSearchParams, signed: string | undefined): Detected | undefined {
    const service = this.bySigningName(signed);
    const protocol = service && restProtocol(service.model);
    if (!service || !protocol) return undefined;
    const [path] = splitUrl(head.url);
    const match = this.#routes.get(service)?.match(head.method, path, query, head.headers);
    return { protocol, service, operation: match?.operation, labels: match?.labels ?? {} };
  }
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
