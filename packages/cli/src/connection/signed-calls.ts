import { type SigningCredential, signRequest } from "@nephoscope/wire";
import { CommandError } from "../command.ts";

/** An error that the service answered. */
export class AnsweredError extends CommandError {
  /** By its AWS name. */
  readonly code: string;

  constructor(endpoint: string, code: string, message: string) {
    super(`${endpoint} answered ${code}: ${message}`);
    this.code = code;
  }
}

export interface SignedCallsOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** Values of an answer in XML: of each element without children the first. */
export type XmlValues = (element: string) => string;

/**
 * Signed calls to a server, one attempt each. They may run at the same time. They throw `AnsweredError` for what the service answers,
 * and `CommandError` when there is no answer.
 */
export function signedCalls({ endpoint, region, now, signal }: SignedCallsOptions) {
  const send = async (
    credential: SigningCredential,
    service: string,
    headers: Readonly<Record<string, string>>,
    body: string,
  ) => {
    const url = new URL(endpoint);
    const signed = signRequest(
      { method: "POST", path: url.pathname, headers: { host: url.host, ...headers }, body },
      credential,
      { region, service },
      new Date(now()),
    );
    try {
      const response = await fetch(url, { method: "POST", headers: signed, body, signal });
      return { ok: response.ok, status: response.status, text: await response.text() };
    } catch (error) {
      if (signal.aborted) throw new CommandError(`stopped before ${endpoint} answered`);
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      throw new CommandError(
        `no answer from ${endpoint}: ${cause}. Is the server running? Start it with: nephoscope serve`,
      );
    }
  };

  return {
    /** A call of a service that speaks JSON; `target` is the prefix of its operations. */
    async json(
      credential: SigningCredential,
      { service, target }: { readonly service: string; readonly target: string },
      operation: string,
      input: object,
    ): Promise<Readonly<Record<string, unknown>>> {
      const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": `${target}.${operation}` };
      const { ok, status, text } = await send(credential, service, headers, JSON.stringify(input));
      const output = readJson(text);
      if (ok && output !== undefined) return output;
      if (ok) throw new CommandError(`${endpoint} answered what is no JSON: is it a server of Nephoscope?`);
      const code = String(output?.__type ?? `HTTP ${status}`).replace(/^.*#/, "");
      throw new AnsweredError(endpoint, code, String(output?.Message ?? output?.message ?? text.slice(0, 200)));
    },
    /** A call of a service that speaks the query protocol. */
    async query(
      credential: SigningCredential,
      { service, version }: { readonly service: string; readonly version: string },
      operation: string,
      input: Readonly<Record<string, string>>,
    ): Promise<XmlValues> {
      const body = new URLSearchParams({ Action: operation, Version: version, ...input }).toString();
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      const { ok, status, text } = await send(credential, service, headers, body);
      const value: XmlValues = (element) => new RegExp(`<${element}>([^<]*)</${element}>`).exec(text)?.[1] ?? "";
      if (ok) return value;
      throw new AnsweredError(endpoint, value("Code") || `HTTP ${status}`, value("Message") || text.slice(0, 200));
    },
  };
}

export type SignedCalls = ReturnType<typeof signedCalls>;

export const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? { ...value } : {};

/** Undefined for what is no object; nothing at all is an empty one. */
function readJson(text: string): Readonly<Record<string, unknown>> | undefined {
  if (text === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
