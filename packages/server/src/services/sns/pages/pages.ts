import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { unsubscribePageUrl } from "../delivery/links.ts";
import type { Signer } from "../delivery/signing.ts";
import type { SnsDeps } from "../operation.ts";
import { confirm } from "../subscriptions/confirm.ts";
import { parseSubscriptionArn, subscriptionArn } from "../subscriptions/subscription.ts";
import { unsubscribeByLink } from "../subscriptions/unsubscribe.ts";

export interface PageParts extends Pick<SnsDeps, "state" | "publisher" | "clock" | "log"> {
  readonly signer: Signer;
  readonly publicUrl: () => string;
}

/** What can be opened without a signature: the links in mails and messages, and the certificates. */
export interface OpenPages {
  /** Whether the request is for one of them. A signed call never is. */
  takes(request: IncomingMessage): boolean;
  answer(request: IncomingMessage, response: ServerResponse): void;
}

interface Shown {
  readonly status: number;
  readonly type: "text/html" | "text/xml" | "application/x-pem-file" | "text/plain";
  readonly body: string;
}

type Opened =
  | { readonly kind: "confirm" | "unsubscribe"; readonly form: "page" | "xml"; readonly query: URLSearchParams }
  | { readonly kind: "certificate"; readonly id: string };

const XMLNS = "http://sns.amazonaws.com/doc/2010-03-31/";

function read(request: IncomingMessage): Opened | undefined {
  if (request.headers.authorization !== undefined) return undefined;
  const [path = "", search = ""] = (request.url ?? "").split("?", 2);
  const certificate = /^\/SimpleNotificationService-([0-9a-f]{32})\.pem$/.exec(path)?.[1];
  if (certificate !== undefined) return { kind: "certificate", id: certificate };
  const query = new URLSearchParams(search);
  if (path === "/confirmation.html") return { kind: "confirm", form: "page", query };
  if (path === "/unsubscribe.html") return { kind: "unsubscribe", form: "page", query };
  if (path !== "/" || query.has("X-Amz-Signature")) return undefined;
  const action = query.get("Action");
  if (action === "ConfirmSubscription" && query.has("Token")) return { kind: "confirm", form: "xml", query };
  if (action === "Unsubscribe" && query.has("SubscriptionArn")) return { kind: "unsubscribe", form: "xml", query };
  return undefined;
}

/**
 * The pages take GET alone, and HEAD changes nothing. Messages to webhooks are POSTs and follow no redirect, and no webhook may lead
 * here: so nothing that the server itself sends out can confirm a subscription.
 */
export function snsPages(parts: PageParts): OpenPages {
  const show = async (opened: Opened): Promise<Shown> => {
    if (opened.kind === "certificate") {
      const certificate = parts.signer.certificate(opened.id);
      return certificate === undefined
        ? { status: 404, type: "text/plain", body: "There is no such certificate.\n" }
        : { status: 200, type: "application/x-pem-file", body: certificate };
    }
    return opened.kind === "confirm"
      ? showConfirm(parts, opened.form, opened.query)
      : showUnsubscribe(parts, opened.form, opened.query);
  };

  return {
    takes: (request) => (request.method === "GET" || request.method === "HEAD") && read(request) !== undefined,
    answer(request, response) {
      const opened = read(request);
      if (opened === undefined) return send(response, { status: 404, type: "text/plain", body: "Not found.\n" });
      if (request.method === "HEAD") return send(response, { status: 200, type: "text/plain", body: "" });
      show(opened).then(
        (shown) => send(response, shown),
        (error: unknown) => {
          parts.log("error", "a page failed", { page: opened.kind, error });
          send(response, { status: 500, type: "text/plain", body: "This did not work. Please try again later.\n" });
        },
      );
    },
  };
}

async function showConfirm(
  { state, clock, publicUrl }: PageParts,
  form: "page" | "xml",
  query: URLSearchParams,
): Promise<Shown> {
  const topicArn = query.get("TopicArn") ?? "";
  const subscription = await confirm(
    state,
    { action: "sns:ConfirmSubscription" },
    { topicArn, token: query.get("Token") ?? "", byCall: false, authenticateOnUnsubscribe: false },
    clock.now(),
  );
  if (subscription === undefined) {
    return form === "xml"
      ? xmlError("InvalidParameter", "Invalid parameter: Token")
      : page(400, "Subscription not confirmed", [
          "The link is not valid, or its time is over: links are good for three days.",
          "Subscribe again to get a new one.",
        ]);
  }
  const arn = subscriptionArn(subscription.ref);
  if (form === "xml")
    return xml(
      "ConfirmSubscription",
      `<ConfirmSubscriptionResult><SubscriptionArn>${inHtml(arn)}</SubscriptionArn></ConfirmSubscriptionResult>`,
    );
  const leave = unsubscribePageUrl(publicUrl(), arn, subscription.document.endpoint);
  return page(
    200,
    "Subscription confirmed!",
    ["You have successfully subscribed.", "Your subscription's id is:"],
    arn,
    subscription.document.authenticatesUnsubscribe
      ? undefined
      : { before: "If it was not your intention to subscribe,", link: leave, text: "click here to unsubscribe" },
  );
}

async function showUnsubscribe(parts: PageParts, form: "page" | "xml", query: URLSearchParams): Promise<Shown> {
  const arn = query.get("SubscriptionArn") ?? "";
  const outcome =
    parseSubscriptionArn(arn) === undefined ? "missing" : await unsubscribeByLink(parts, arn, parts.clock.now());
  if (outcome === "refused") {
    return form === "xml"
      ? xmlError("AuthorizationError", "This subscription asks for an authenticated Unsubscribe call", 403)
      : page(403, "Subscription not removed", [
          "This subscription can only be removed by who may call Unsubscribe for it.",
        ]);
  }
  // Whether there was such a subscription is nobody's business but its owner's, who sees the same page twice.
  if (form === "xml") return xml("Unsubscribe", "");
  return page(
    200,
    "Subscription removed!",
    [
      "Your subscription's id has been deactivated.",
      "If it was not your intention to unsubscribe, follow the link in the message that was just sent to you.",
    ],
    parseSubscriptionArn(arn) === undefined ? undefined : arn,
  );
}

const inHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

const xml = (operation: string, result: string): Shown => ({
  status: 200,
  type: "text/xml",
  body: `<${operation}Response xmlns="${XMLNS}">${result}<ResponseMetadata><RequestId>${crypto.randomUUID()}</RequestId></ResponseMetadata></${operation}Response>`,
});

const xmlError = (code: string, message: string, status = 400): Shown => ({
  status,
  type: "text/xml",
  body: `<ErrorResponse xmlns="${XMLNS}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${inHtml(message)}</Message></Error><RequestId>${crypto.randomUUID()}</RequestId></ErrorResponse>`,
});

/** Mails are read on telephones and at night. */
const STYLE = [
  ":root{color-scheme:light dark}",
  "body{font:16px/1.5 sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem;color:light-dark(#16191f,#d5dbe3);background:light-dark(#fff,#0f1621)}",
  "h1{font-size:1.5rem;line-height:1.25}",
  "a{color:light-dark(#0059b3,#8cc4ff)}",
  "code{overflow-wrap:anywhere}",
].join("");

function page(
  status: number,
  title: string,
  lines: readonly string[],
  code?: string,
  next?: { readonly before: string; readonly link: string; readonly text: string },
): Shown {
  const paragraphs = lines.map((line) => `<p>${inHtml(line)}</p>`);
  if (code !== undefined) paragraphs.push(`<p><code>${inHtml(code)}</code></p>`);
  if (next !== undefined)
    paragraphs.push(`<p>${inHtml(next.before)} <a href="${inHtml(next.link)}">${inHtml(next.text)}</a>.</p>`);
  const body = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${inHtml(title)}</title><style>${STYLE}</style></head>
<body><main><p>Simple Notification Service</p><h1>${inHtml(title)}</h1>
${paragraphs.join("\n")}
</main></body></html>
`;
  return { status, type: "text/html", body };
}

const STYLE_HASH = createHash("sha256").update(STYLE).digest("base64");

function send(response: ServerResponse, { status, type, body }: Shown): void {
  const bytes = Buffer.from(body, "utf8");
  response.writeHead(status, {
    "content-type": `${type}; charset=utf-8`,
    "content-length": bytes.length,
    // Links with tokens must not be told to others, nor kept.
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "content-security-policy": `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
  });
  response.end(bytes);
}
