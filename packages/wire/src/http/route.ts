import type { IncomingHttpHeaders } from "node:http";
import { percentDecode } from "../auth/canonical.ts";
import type { Operation, ServiceModel } from "../model/shape.ts";

/** Finds a REST service's operation by method, path, query and headers. */
export interface RestRoutes {
  match(method: string, path: string, query: URLSearchParams, headers: IncomingHttpHeaders): RouteMatch | undefined;
}

export interface RouteMatch {
  readonly operation: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface Route {
  readonly operation: string;
  readonly method: string;
  readonly path: RegExp;
  readonly labels: readonly string[];
  /** Query keys that the operation's address has, with the value it must have where there is one. */
  readonly query: readonly (readonly [key: string, value: string])[];
  /** Query keys and headers that carry required members, without which the call is another operation's. */
  readonly requiredQuery: readonly string[];
  readonly requiredHeaders: readonly string[];
  /** Value of the `x-id` key, by which newer clients name the operation. It only breaks ties: old clients do not send it. */
  readonly hint: string | undefined;
  /** S3's bucket label stands in the endpoint and not in the operation's address. */
  readonly bucket: boolean;
  readonly weight: number;
}

export function restRoutes(model: ServiceModel): RestRoutes {
  const routes = [...model.operations.values()].flatMap((operation) =>
    operation.http ? [route(operation, operation.http)] : [],
  );
  routes.sort((a, b) => b.weight - a.weight);
  const isS3 = model.name === "s3";
  return {
    match(method, path, query, headers) {
      const place = isS3 ? bucketOf(path, headers.host ?? "") : { bucket: undefined, path };
      const hint = query.get("x-id");
      let found: RouteMatch | undefined;
      for (const candidate of routes) {
        if (candidate.method !== method || (isS3 && candidate.bucket !== (place.bucket !== undefined))) continue;
        const values = candidate.path.exec(place.path);
        if (!values || !suits(candidate, query, headers)) continue;
        const labels: Record<string, string> = Object.create(null);
        for (const [index, name] of candidate.labels.entries()) labels[name] = percentDecode(values[index + 1] ?? "");
        if (place.bucket !== undefined) labels.Bucket = place.bucket;
        const match = { operation: candidate.operation, labels };
        if (hint !== null && candidate.hint === hint) return match;
        found ??= match;
      }
      return found;
    },
  };
}

const suits = (route: Route, query: URLSearchParams, headers: IncomingHttpHeaders): boolean =>
  route.query.every(([key, value]) => (value === "" ? query.has(key) : query.get(key) === value)) &&
  route.requiredQuery.every((key) => query.has(key)) &&
  route.requiredHeaders.every((name) => headers[name] !== undefined);

function route(operation: Operation, http: NonNullable<Operation["http"]>): Route {
  const [pattern = "/", search = ""] = http.uri.split("?");
  const labels: string[] = [];
  const source = pattern
    .replace(/[.$()|[\]\\]/g, "\\$&")
    .replace(/\{(\w+)(\+?)\}/g, (_all, name: string, greedy: string) => {
      labels.push(name);
      return greedy === "" ? "([^/]+)" : "(.+)";
    });
  const keys = [...new URLSearchParams(search)];
  const members = operation.input?.members ?? [];
  const required = members.filter((member) => member.required);
  const requiredQuery = required.flatMap((member) => (member.httpQuery === undefined ? [] : [member.httpQuery]));
  const requiredHeaders = required.flatMap((member) =>
    member.httpHeader === undefined ? [] : [member.httpHeader.toLowerCase()],
  );
  const query = keys.filter(([key]) => key !== "x-id");
  const literals = pattern.split("/").filter((segment) => segment !== "" && !segment.startsWith("{")).length;
  const greedy = pattern.includes("+}");
  return {
    operation: operation.name,
    method: http.method,
    path: new RegExp(`^${source}/?$`),
    labels,
    query,
    requiredQuery,
    requiredHeaders,
    hint: keys.find(([key]) => key === "x-id")?.[1],
    bucket: members.some((member) => member.httpLabel && !labels.includes(member.name)),
    // The most particular route first: literal segments, then what the query and headers must have, then no greedy label.
    weight: literals * 100 + (query.length + requiredQuery.length + requiredHeaders.length) * 10 - (greedy ? 1 : 0),
  };
}

/** The bucket of a host such as `bucket.s3.example.com`. */
export const bucketOfHost = (host: string): string | undefined => /^(.+)\.s3[.-]/.exec(host)?.[1];

/** `bucket.s3.example.com/key` or `example.com/bucket/key`. */
export function bucketOf(path: string, host: string): { readonly bucket: string | undefined; readonly path: string } {
  const inHost = bucketOfHost(host);
  if (inHost !== undefined) return { bucket: inHost, path };
  const inPath = /^\/([^/]+)(\/.*)?$/s.exec(path);
  return inPath ? { bucket: percentDecode(inPath[1] ?? ""), path: inPath[2] ?? "/" } : { bucket: undefined, path };
}
