import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type CallRecord, type Credential, WireFailure, type WireSession } from "@nephoscope/wire";
import type { Clock } from "../platform/clock/clock.ts";
import type { SignIn } from "../platform/identity/sign-in.ts";
import type { Log } from "../platform/log/log.ts";
import { answerJson, readSmallJson } from "./console-http.ts";
import { type OneTimeLink, oneTimeLink } from "./one-time-link.ts";
import { type OpenSession, type SessionSubject, type Sessions, sameSecret } from "./sessions.ts";
import { signInLimit } from "./sign-in-limit.ts";

/** What sessions must know of the people who sign in. */
export interface People {
  /** The credential of a key as it is now; undefined when there is none, or it may not be used. Throws `WireFailure` for one that has expired. */
  credential(accessKeyId: string, sessionToken: string | undefined): Credential | undefined;
  readonly passwords: SignIn;
}

export interface ConsoleSessionsOptions {
  readonly sessions: Sessions;
  readonly people: People;
  readonly region: string;
  readonly account: string;
  /** Such as `https://logs.example.com`; its scheme says whether browsers may send the cookie without encryption. */
  readonly publicUrl: () => string;
  readonly record: (call: CallRecord) => Promise<void> | void;
  readonly clock: Clock;
  readonly log: Log;
}

/** Where the console asks for its session. */
export const SESSION_PATH = "/_console/session";

export interface ConsoleSessions {
  /** Answers a request to `SESSION_PATH`: GET tells who is signed in, POST signs in, DELETE signs out. */
  answer(request: IncomingMessage, response: ServerResponse): void;
  /** The calls of signed-in pages. */
  readonly calls: WireSession;
  readonly link: OneTimeLink;
}

/** Carries what the page alone knows. */
const CSRF_HEADER = "x-nephoscope-csrf";
/** `region/service`, as a signature's scope would name them. */
const SCOPE_HEADER = "x-nephoscope-scope";
const SCOPE = /^([a-z]{2}(?:-[a-z]+)+-\d)\/([a-z0-9-]{1,40})$/;

export function consoleSessions(options: ConsoleSessionsOptions): ConsoleSessions {
  const { sessions, people, clock } = options;
  const link = oneTimeLink(clock);
  const limit = signInLimit(clock);

  const callerOf = ({ accessKeyId, sessionToken }: SessionSubject): Credential | undefined => {
    try {
      return people.credential(accessKeyId, sessionToken);
    } catch (error) {
      if (error instanceof WireFailure && error.code === "ExpiredTokenException") return undefined;
      throw error;
    }
  };

  const found = (request: IncomingMessage): OpenSession | undefined => {
    const id = cookieOf(request);
    return id === undefined ? undefined : sessions.find(id);
  };

  /** What the page may know. */
  const shown = (session: OpenSession | undefined) => {
    const caller = session && callerOf(session.subject);
    if (!session || !caller) return undefined;
    const { arn, userName } = caller.principal;
    return {
      account: caller.account,
      region: options.region,
      user: userName ?? arn.slice(arn.lastIndexOf("/") + 1),
      arn,
      csrf: session.csrf,
      expires: session.expires,
    };
  };

  async function prove(given: Readonly<Record<string, unknown>>, request: IncomingMessage): Promise<Proven> {
    const text = (name: string) => {
      const value = given[name];
      return typeof value === "string" && value !== "" && value.length <= LONGEST_FIELD ? value : undefined;
    };
    const [accessKeyId, secret, user, password] = ["accessKeyId", "secretAccessKey", "user", "password"].map(text);
    const from = request.socket.remoteAddress ?? "";
    const secretOfLink = text("link");
    const name = accessKeyId ?? user ?? "link";
    const tries = { name, address: from };
    if (!limit.allows(tries)) return { refused: "TooManyTries", name };
    if (secretOfLink !== undefined) {
      const subject = link.redeem(secretOfLink, request);
      if (subject !== undefined) return { subject, name };
      limit.failed(tries);
      return { refused: "WrongLink", name };
    }
    if (user !== undefined && password !== undefined) {
      const answer = await people.passwords.signIn({
        account: text("account") ?? options.account,
        userName: user,
        password,
        mfaCode: text("mfaCode"),
        newPassword: text("newPassword"),
      });
      if (answer.outcome === "signed-in") {
        // The secret that goes with them is needed by nobody, so it is not kept.
        const { accessKeyId, sessionToken } = answer.keys;
        return { subject: { accessKeyId, sessionToken }, name };
      }
      if (answer.outcome === "wrong" || answer.outcome === "mfa-wrong") limit.failed(tries);
      return { refused: OUTCOMES[answer.outcome], name, ...("fault" in answer && { fault: answer.fault }) };
    }
    if (accessKeyId !== undefined && secret !== undefined) {
      const subject = { accessKeyId, sessionToken: text("sessionToken") };
      const credential = callerOf(subject);
      if (credential !== undefined && sameSecret(credential.secret, secret)) return { subject, name };
    }
    limit.failed(tries);
    return { refused: "WrongProof", name };
  }

  async function signIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const proven = await prove(await readSmallJson(request), request);
    const caller = proven.subject && callerOf(proven.subject);
    const received = clock.now();
    const refused = proven.refused ?? (caller === undefined ? "WrongProof" : undefined);
    // AWS records a sign-in as the event ConsoleLogin, with its result.
    await options.record({
      requestId: randomUUID(),
      receivedAt: new Date(received),
      durationMs: 0,
      sourceIp: (request.socket.remoteAddress ?? "").replace(/^::ffff:/, ""),
      userAgent: request.headers["user-agent"] ?? "",
      invocationId: undefined,
      attempt: 1,
      service: "signin",
      operation: "ConsoleLogin",
      protocol: undefined,
      region: options.region,
      accessKeyId: caller?.accessKeyId,
      account: caller?.account,
      principal: caller?.principal,
      input: proven.refused === undefined ? undefined : { user: proven.name.slice(0, 128) },
      bodyBytes: 0,
      outcome:
        refused === undefined
          ? { ok: true, output: { ConsoleLogin: "Success" } }
          : { ok: false, code: "Failed authentication", message: REFUSALS[refused].message, status: 401 },
    });
    if (refused !== undefined || proven.subject === undefined) {
      const { status, message } = REFUSALS[refused ?? "WrongProof"];
      const code = refused ?? "WrongProof";
      return answerJson(response, status, { code, message: [message, proven.fault].filter(Boolean).join(" ") });
    }
    // A browser that signs in again leaves no session behind that nobody can end.
    const earlier = cookieOf(request);
    if (earlier !== undefined) await sessions.end(earlier);
    const session = await sessions.open(proven.subject);
    response.setHeader("set-cookie", cookie(session.id, request));
    answerJson(response, 200, { session: shown(session) });
  }

  async function signOut(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const session = found(request);
    if (session !== undefined) {
      if (!isMeant(request, session)) return answerJson(response, 403, FORGED);
      await sessions.end(session.id);
    }
    response.setHeader("set-cookie", cookie("", request));
    answerJson(response, 200, {});
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isSameSite(request)) return answerJson(response, 403, FORGED);
    if (request.method === "GET") {
      const session = shown(found(request)) ?? null;
      return answerJson(response, 200, { session });
    }
    if (request.method === "POST") return signIn(request, response);
    if (request.method === "DELETE") return signOut(request, response);
    response.setHeader("allow", "GET, POST, DELETE");
    answerJson(response, 405, { code: "MethodNotAllowed", message: "GET, POST and DELETE are known here." });
  }

  const cookieName = (request: IncomingMessage) => `nephoscope-${request.socket.localPort ?? 0}`;
  /** Browsers send cookies to every port of a machine, so that each server has one of its own name. */
  const cookieOf = (request: IncomingMessage): string | undefined => {
    const name = `${cookieName(request)}=`;
    const pair = request.headers.cookie?.split("; ").find((part) => part.startsWith(name));
    return pair?.slice(name.length) || undefined;
  };
  const cookie = (id: string, request: IncomingMessage): string =>
    [
      `${cookieName(request)}=${id}`,
      "Path=/",
      "HttpOnly",
      "SameSite=Strict",
      ...(options.publicUrl().startsWith("https:") ? ["Secure"] : []),
      ...(id === "" ? ["Max-Age=0"] : []),
    ].join("; ");

  return {
    link,
    answer(request, response) {
      answer(request, response).catch((error: unknown) => {
        if (error instanceof WireFailure) {
          answerJson(response, error.status, { code: error.code, message: error.message });
          return;
        }
        options.log("error", "a request about a session failed", { method: request.method, error });
        answerJson(response, 500, { code: "InternalFailure", message: "This did not work. Please try again." });
      });
    },
    calls: {
      service: ({ headers }) => SCOPE.exec(String(headers[SCOPE_HEADER]))?.[2],
      async caller(request) {
        if (cookieOf(request) === undefined || request.headers[SCOPE_HEADER] === undefined) return undefined;
        const session = found(request);
        const caller = session && callerOf(session.subject);
        if (!session || !caller) {
          throw new WireFailure("SessionEnded", "The session is over. Sign in again.", { status: 401 });
        }
        if (!isSameSite(request) || !isMeant(request, session)) {
          throw new WireFailure(FORGED.code, FORGED.message, { status: 403 });
        }
        const [, region, signingName] = SCOPE.exec(String(request.headers[SCOPE_HEADER])) ?? [];
        if (region === undefined || signingName === undefined) {
          throw new WireFailure(
            "IncompleteSignatureException",
            `${SCOPE_HEADER} must be a region, a slash and a service.`,
          );
        }
        const { accessKeyId, account, principal } = caller;
        return { accessKeyId, account, principal, region, signingName };
      },
    },
  };
}

interface Proven {
  /** Undefined where the proof was refused. */
  readonly subject?: SessionSubject;
  readonly refused?: keyof typeof REFUSALS;
  /** What was tried, for the record. */
  readonly name: string;
  /** What is wrong with a new password. */
  readonly fault?: string | undefined;
}

const OUTCOMES = {
  wrong: "WrongProof",
  "mfa-needed": "MfaNeeded",
  "mfa-wrong": "MfaWrong",
  "change-needed": "NewPasswordNeeded",
  expired: "PasswordExpired",
  "too-many-attempts": "TooManyTries",
} as const;

const REFUSALS = {
  WrongProof: { status: 401, message: "The access key, or the user and password, are not right." },
  WrongLink: {
    status: 401,
    message:
      "This link is not valid any more: it works once, for 15 minutes after the first start, and on the server's own machine. Sign in with the access key.",
  },
  MfaNeeded: { status: 401, message: "Enter the code that your MFA device shows." },
  MfaWrong: { status: 401, message: "The MFA code is not right, or was used already. Wait for the next one." },
  NewPasswordNeeded: { status: 401, message: "Choose a new password." },
  PasswordExpired: { status: 401, message: "The password has expired. An administrator has to give you a new one." },
  TooManyTries: { status: 429, message: "Too many tries have failed. Wait a minute and try again." },
} as const;

const FORGED = {
  code: "SessionRefused",
  message: "The request did not come from the console's own page. Reload the page and try again.",
} as const;

/** Session tokens are the longest. */
const LONGEST_FIELD = 4_096;

/** Browsers say where a request comes from; a request of another site, or of another port, is not the console's. */
function isSameSite({ headers }: IncomingMessage): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site === "same-origin" || site === "none";
  const { origin, host } = headers;
  return origin === undefined || origin.replace(/^https?:\/\//, "") === host;
}

function isMeant({ headers }: IncomingMessage, session: OpenSession): boolean {
  const given = headers[CSRF_HEADER];
  return typeof given === "string" && sameSecret(given, session.csrf);
}
