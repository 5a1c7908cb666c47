import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";

/**
 * What a browser sees at the endpoint: how to go on with AWS's clients. It holds nothing of the server's data, needs no
 * sign-in, loads nothing and runs nothing.
 */
export function createPage(options: {
  readonly region: string;
}): (request: IncomingMessage, response: ServerResponse) => void {
  const template = readFileSync(new URL("./page.html", import.meta.url), "utf8").replaceAll(
    "{{region}}",
    options.region,
  );
  const style = /<style>([\s\S]*?)<\/style>/.exec(template)?.[1] ?? "";
  const headers = {
    // Only the page's own style, known by its hash; nobody may frame the page.
    "content-security-policy": `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
  };

  return (request, response) => {
    const path = request.url?.split("?")[0];
    const asks = request.method === "GET" || request.method === "HEAD";
    if (!asks || (path !== "/" && path !== "/index.html")) {
      const text = "Not found. API calls go to this address with a signature; the page is at /.\n";
      response.writeHead(404, {
        ...headers,
        "content-type": "text/plain; charset=utf-8",
        "content-length": text.length,
      });
      response.end(request.method === "HEAD" ? undefined : text);
      return;
    }
    const body = Buffer.from(template.replaceAll("{{endpoint}}", endpointOf(request)));
    response.writeHead(200, { ...headers, "content-type": "text/html; charset=utf-8", "content-length": body.length });
    response.end(request.method === "HEAD" ? undefined : body);
  };
}

/** The address the browser used, if it is one: the header is the caller's and goes into the page. */
function endpointOf({ headers: { host } }: IncomingMessage): string {
  return host !== undefined && /^[A-Za-z0-9.:[\]-]{1,255}$/.test(host) ? `http://${host}` : "http://127.0.0.1:4580";
}
