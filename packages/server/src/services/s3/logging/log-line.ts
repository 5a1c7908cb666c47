/** What is known of one call (S3 user guide, "Amazon S3 server access log format"). */
export interface LoggedCall {
  readonly owner: string;
  readonly bucket: string;
  readonly at: number;
  readonly remoteIp: string;
  /** Undefined for unsigned calls. */
  readonly requester: string | undefined;
  readonly requestId: string;
  /** Such as `REST.GET.OBJECT`. */
  readonly operation: string;
  readonly key: string | undefined;
  readonly status: number;
  readonly errorCode: string | undefined;
  readonly bytesSent: number | undefined;
  readonly objectSize: number | undefined;
  readonly totalMs: number;
  readonly userAgent: string;
  readonly version: string | undefined;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (value: number) => String(value).padStart(2, "0");

function timeOf(ms: number): string {
  const t = new Date(ms);
  const day = `${two(t.getUTCDate())}/${MONTHS[t.getUTCMonth()]}/${t.getUTCFullYear()}`;
  return `[${day}:${two(t.getUTCHours())}:${two(t.getUTCMinutes())}:${two(t.getUTCSeconds())} +0000]`;
}

const quoted = (text: string): string => `"${text.replace(/["\\]|[^\x20-\x7e]/g, (c) => encodeURIComponent(c))}"`;
const or = (value: string | number | undefined): string => (value === undefined || value === "" ? "-" : String(value));

/** One line in S3's form. What only the wire knows, such as the request's own line, is a dash. */
export function logLine(call: LoggedCall): string {
  return [
    call.owner,
    call.bucket,
    timeOf(call.at),
    or(call.remoteIp),
    or(call.requester),
    call.requestId,
    call.operation,
    // Twice, as S3 does it: once for what it decodes from the request's line.
    or(call.key && encodeURIComponent(encodeURIComponent(call.key).replaceAll("%2F", "/")).replaceAll("%2F", "/")),
    "-",
    call.status,
    or(call.errorCode),
    or(call.bytesSent),
    or(call.objectSize),
    call.totalMs,
    "-",
    "-",
    call.userAgent === "" ? "-" : quoted(call.userAgent),
    or(call.version),
    "-",
    call.requester === undefined ? "-" : "SigV4",
    "-",
    call.requester === undefined ? "-" : "AuthHeader",
    "-",
    "-",
    "-",
    "-",
  ].join(" ");
}

const SUBRESOURCES: readonly (readonly [RegExp, string])[] = [
  [/Acl$/, "ACL"],
  [/Cors$/, "CORS"],
  [/Encryption$/, "ENCRYPTION"],
  [/Lifecycle(Configuration)?$/, "LIFECYCLE"],
  [/Location$/, "LOCATION"],
  [/Logging$/, "LOGGING_STATUS"],
  [/NotificationConfiguration$/, "NOTIFICATION"],
  [/OwnershipControls$/, "OWNERSHIP_CONTROLS"],
  [/PolicyStatus$/, "POLICY_STATUS"],
  [/Policy$/, "BUCKETPOLICY"],
  [/PublicAccessBlock$/, "PUBLIC_ACCESS_BLOCK"],
  [/ObjectTagging$/, "OBJECT_TAGGING"],
  [/Tagging$/, "TAGGING"],
  [/Versioning$/, "VERSIONING"],
  [/^ListObjectVersions$/, "BUCKETVERSIONS"],
];
const OPERATIONS: ReadonlyMap<string, string> = new Map([
  ["AbortMultipartUpload", "REST.DELETE.UPLOAD"],
  ["CompleteMultipartUpload", "REST.POST.UPLOAD"],
  ["CopyObject", "REST.COPY.OBJECT"],
  ["CreateMultipartUpload", "REST.POST.UPLOADS"],
  ["DeleteObjects", "REST.POST.MULTI_OBJECT_DELETE"],
  ["ListMultipartUploads", "REST.GET.UPLOADS"],
  ["ListParts", "REST.GET.UPLOAD"],
  ["UploadPart", "REST.PUT.PART"],
  ["UploadPartCopy", "REST.COPY.PART"],
]);
const METHODS: ReadonlyMap<string, string> = new Map([
  ["Get", "GET"],
  ["List", "GET"],
  ["Head", "HEAD"],
  ["Put", "PUT"],
  ["Create", "PUT"],
  ["Delete", "DELETE"],
]);

/** `REST.<method>.<what>`, of an operation's name. */
export function loggedOperation(operation: string): string {
  const known = OPERATIONS.get(operation);
  if (known !== undefined) return known;
  const [, verb = ""] = /^([A-Z][a-z]+)/.exec(operation) ?? [];
  const what =
    SUBRESOURCES.find(([pattern]) => pattern.test(operation))?.[1] ?? (/Object$/.test(operation) ? "OBJECT" : "BUCKET");
  return `REST.${METHODS.get(verb) ?? "GET"}.${what}`;
}
