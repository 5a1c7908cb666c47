import { readdirSync, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, relative, sep } from "node:path";
import { SAFE_HEADERS } from "./console-http.ts";

/** The console's files, as its build left them, in memory: a few megabytes, and no request ever becomes a path. */
export interface ConsoleFiles {
  takes(request: IncomingMessage): boolean;
  answer(request: IncomingMessage, response: ServerResponse): void;
}

/** Where everything but the page itself lies. */
const BASE = "/_console/";

/**
 * Reads the folder of a build: `index.html`, and files whose names tell their content, which browsers keep for ever. Beside a file may stand
 * `.br` and `.gz`, its compressed forms. Throws when there is no `index.html`.
 */
export function consoleFiles(folder: string): ConsoleFiles {
  const files = new Map<string, StoredFile>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path).split(sep).join("/");
    const [, base = name, encoding] = /^(.*)\.(br|gz)$/.exec(name) ?? [];
    const file = files.get(base) ?? {};
    file[encoding === "br" ? "br" : encoding === "gz" ? "gzip" : "identity"] = readFileSync(path);
    files.set(base, file);
  }
  const page = files.get("index.html");
  if (page?.identity === undefined) throw new Error(`There is no build of the console in ${folder}.`);

  const find = ({ url = "/" }: IncomingMessage): { readonly file: StoredFile; readonly name: string } | undefined => {
    const path = url.split("?")[0] ?? "/";
    if (path === "/" || path === "/index.html") return { file: page, name: "index.html" };
    if (!path.startsWith(BASE)) return undefined;
    const name = path.slice(BASE.length);
    const file = files.get(name);
    return file && { file, name };
  };

  return {
    takes: (request) => (request.method === "GET" || request.method === "HEAD") && find(request) !== undefined,
    answer(request, response) {
      const { file, name } = find(request) ?? { file: page, name: "index.html" };
      const encoding = bestEncoding(String(request.headers["accept-encoding"] ?? ""), file);
      const body = file[encoding] ?? Buffer.alloc(0);
      response.writeHead(200, {
        ...SAFE_HEADERS,
        "content-type": TYPES[extname(name)] ?? "application/octet-stream",
        "content-length": body.length,
        ...(encoding !== "identity" && { "content-encoding": encoding }),
        vary: "accept-encoding",
        "cache-control": name === "index.html" ? "no-cache" : "public, max-age=31536000, immutable",
        "content-security-policy": POLICY,
      });
      response.end(request.method === "HEAD" ? undefined : body);
    },
  };
}

type Encoding = "br" | "gzip" | "identity";
type StoredFile = { [E in Encoding]?: Buffer };

function bestEncoding(accepted: string, file: StoredFile): Encoding {
  const takes = (encoding: Encoding) =>
    new RegExp(`(^|[ ,])${encoding}([ ,]|$|;q=(?!0(\\.0*)?([ ,]|$)))`).test(accepted);
  if (file.br !== undefined && takes("br")) return "br";
  return file.gzip !== undefined && takes("gzip") ? "gzip" : "identity";
}

/**
 * Scripts, styles, pictures and calls of this server alone; nothing that stands inside the page, and no text that becomes a script
 * (trusted types). Nobody may frame the page. `data:` pictures are those of Cloudscape's own styles.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
  ".woff": "font/woff",
  ".json": "application/json",
};
