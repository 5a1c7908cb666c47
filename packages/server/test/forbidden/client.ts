import { request } from "node:http";
import { type SigningCredential, signRequest } from "@nephoscope/wire";

export interface Answer {
  readonly status: number;
  /** AWS's code of the error; empty for an answer. */
  readonly code: string;
  readonly requestId: string;
  readonly text: string;
}

interface Service {
  readonly name: string;
  /** Prefix of operations of a JSON service. */
  readonly target?: string;
  /** Version of a query service. */
  readonly version?: string;
}

const SERVICES: Readonly<Record<string, Service>> = {
  logs: { name: "logs", target: "Logs_20140328" },
  kms: { name: "kms", target: "TrentService" },
  sqs: { name: "sqs", target: "AmazonSQS" },
  decisions: { name: "nephoscope", target: "NephoscopeDecisions" },
  health: { name: "nephoscope-health", target: "NephoscopeHealth" },
  organizations: { name: "organizations", target: "AWSOrganizationsV20161128" },
  sns: { name: "sns", version: "2010-03-31" },
  iam: { name: "iam", version: "2010-05-08" },
  sts: { name: "sts", version: "2011-06-15" },
  ec2: { name: "ec2", version: "2016-11-15" },
  cloudwatch: { name: "monitoring", version: "2010-08-01" },
};

/** Requests as they are, byte for byte: no client of AWS's in between that would mend a path or a name. */
export function createClient(endpoint: string, now: () => number) {
  const url = new URL(endpoint);

  const send = (method: string, path: string, headers: Readonly<Record<string, string>>, body: string) =>
    new Promise<Answer>((resolve, reject) => {
      const sent = request({ host: url.hostname, port: url.port, method, path, headers }, (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("end", () => {
          const text = Buffer.concat(parts).toString("utf8");
          const id = response.headers["x-amzn-requestid"] ?? response.headers["x-amz-request-id"];
          resolve({
            status: response.statusCode ?? 0,
            code: (response.statusCode ?? 0) < 300 ? "" : codeOf(text, response.statusCode ?? 0),
            requestId: String(id ?? ""),
            text,
          });
        });
      });
      sent.on("error", reject);
      sent.end(body);
    });

  const signed = (
    who: SigningCredential,
    service: string,
    method: string,
    path: string,
    given: Readonly<Record<string, string>>,
    body: string,
  ) => {
    const headers = signRequest(
      { method, path, headers: { host: url.host, ...given }, body },
      who,
      { region: "us-east-1", service },
      new Date(now()),
    );
    return send(method, path, headers, body);
  };

  return {
    call(
      who: SigningCredential | undefined,
      service: keyof typeof SERVICES,
      operation: string,
      input: Readonly<Record<string, unknown>>,
    ): Promise<Answer> {
      const { name = "", target, version } = SERVICES[service] ?? {};
      const form = new URLSearchParams({ Action: operation, Version: version ?? "" });
      for (const [key, value] of Object.entries(input)) form.append(key, String(value));
      const [type, body] =
        target === undefined
          ? ["application/x-www-form-urlencoded", form.toString()]
          : [service === "sqs" ? "application/x-amz-json-1.0" : "application/x-amz-json-1.1", JSON.stringify(input)];
      const headers = {
        "content-type": type,
        ...(target !== undefined && { "x-amz-target": `${target}.${operation}` }),
      };
      if (who === undefined) return send("POST", "/", { host: url.host, ...headers }, body);
      return signed(who, name, "POST", "/", headers, body);
    },
    /** `path` goes out as it stands. */
    s3(who: SigningCredential | undefined, method: string, path: string, headers = {}, body = ""): Promise<Answer> {
      if (who === undefined) return send(method, path, { host: url.host, ...headers }, body);
      return signed(who, "s3", method, path, headers, body);
    },
  };
}

export type Client = ReturnType<typeof createClient>;

function codeOf(text: string, status: number): string {
  const code = /<Code>([^<]*)<\/Code>/.exec(text)?.[1] ?? /"__type"\s*:\s*"(?:[^"#]*#)?([^"]*)"/.exec(text)?.[1];
  return code ?? `HTTP ${status}`;
}
