import type { IncomingMessage, ServerResponse } from "node:http";
import { bucketOf } from "@nephoscope/wire";
import type { BucketDirectory } from "../buckets/bucket-directory.ts";
import { type CorsRequest, corsHeaders, ruleFor } from "./cors-rules.ts";

/** What browsers must be told before they let a page use an answer. They send no signature with a preflight. */
export function corsDoor(buckets: BucketDirectory) {
  const rulesOf = (req: IncomingMessage) => {
    const path = (req.url ?? "/").split("?", 1)[0] ?? "/";
    const { bucket } = bucketOf(path, req.headers.host ?? "");
    return bucket === undefined ? undefined : buckets.find(bucket)?.document.cors;
  };
  const origin = (req: IncomingMessage) => req.headers.origin;

  return {
    /** Adds what the bucket's rules allow to the answer of a request that a page made. */
    before(req: IncomingMessage, res: ServerResponse): void {
      const from = origin(req);
      if (from === undefined || req.method === "OPTIONS") return;
      const request: CorsRequest = { origin: from, method: req.method ?? "GET", headers: [] };
      const rule = ruleFor(rulesOf(req) ?? [], request);
      if (!rule) return;
      for (const [name, value] of Object.entries(corsHeaders(rule, request, false))) res.setHeader(name, value);
    },
    preflights: {
      takes: (req: IncomingMessage): boolean => {
        if (req.method !== "OPTIONS") return false;
        const path = (req.url ?? "/").split("?", 1)[0] ?? "/";
        const { bucket } = bucketOf(path, req.headers.host ?? "");
        return bucket !== undefined && buckets.find(bucket) !== undefined;
      },
      answer(req: IncomingMessage, res: ServerResponse): void {
        const method = req.headers["access-control-request-method"];
        const from = origin(req);
        if (from === undefined || method === undefined) {
          refuse(res, 400, "BadRequest", "Insufficient information. Origin request header needed.");
          return;
        }
        const headers = String(req.headers["access-control-request-headers"] ?? "")
          .split(",")
          .map((name) => name.trim().toLowerCase())
          .filter((name) => name !== "");
        const rules = rulesOf(req);
        const request: CorsRequest = { origin: from, method, headers };
        const rule = ruleFor(rules ?? [], request);
        if (!rule) {
          const why = rules
            ? "CORSResponse: This CORS request is not allowed. This is usually because the evaluation of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec."
            : "CORSResponse: CORS is not enabled for this bucket.";
          refuse(res, 403, "AccessForbidden", why);
          return;
        }
        res.writeHead(200, { ...corsHeaders(rule, request, true), "content-length": "0" }).end();
      },
    },
  };
}

/** The texts are ours: nothing of the request is in them. */
function refuse(res: ServerResponse, status: number, code: string, message: string): void {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  res.writeHead(status, { "content-type": "application/xml", "content-length": Buffer.byteLength(body) }).end(body);
}
