/** One rule of a bucket's CORS configuration. */
export interface CorsRule {
  readonly id?: string | undefined;
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly exposed: readonly string[];
  /** Seconds that browsers may keep the answer to a preflight. */
  readonly maxAge?: number | undefined;
}

export interface CorsRequest {
  readonly origin: string;
  readonly method: string;
  /** Of a preflight: the headers that the request is to have, in lower case. */
  readonly headers: readonly string[];
}

/** The first rule that takes a request, as S3 chooses it (S3 user guide, "Using CORS"). */
export const ruleFor = (rules: readonly CorsRule[], request: CorsRequest): CorsRule | undefined =>
  rules.find(
    (rule) =>
      rule.methods.includes(request.method) &&
      rule.origins.some((pattern) => likes(pattern, request.origin)) &&
      request.headers.every((name) => rule.headers.some((pattern) => likes(pattern.toLowerCase(), name))),
  );

/** A pattern has one `*` at most. */
function likes(pattern: string, text: string): boolean {
  const star = pattern.indexOf("*");
  if (star < 0) return pattern === text;
  const [head, tail] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return text.length >= head.length + tail.length && text.startsWith(head) && text.endsWith(tail);
}

/** The headers of an answer that a rule allows. */
export function corsHeaders(rule: CorsRule, request: CorsRequest, preflight: boolean): Record<string, string> {
  const anyOrigin = rule.origins.includes("*");
  return {
    "access-control-allow-origin": anyOrigin ? "*" : request.origin,
    "access-control-allow-methods": rule.methods.join(", "),
    ...(!anyOrigin && { "access-control-allow-credentials": "true" }),
    ...(rule.exposed.length > 0 && { "access-control-expose-headers": rule.exposed.join(", ") }),
    ...(preflight && request.headers.length > 0 && { "access-control-allow-headers": request.headers.join(", ") }),
    ...(preflight && rule.maxAge !== undefined && { "access-control-max-age": String(rule.maxAge) }),
    vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
  };
}
