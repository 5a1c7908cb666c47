import type { JSONWebKeySet, JWK } from "jose";
import type { Clock } from "../../../platform/clock/clock.ts";
import { type Outgoing, TargetFailed, TargetRefused } from "../../../platform/outgoing/outgoing.ts";

/** The public keys of an issuer of OpenID Connect, fetched where its configuration says. */
export interface IssuerKeys {
  /** Looks again, though not too often, when no key has this id: issuers change their keys. Throws `IssuerUnreachable`. */
  keysOf(issuer: string, keyId: string | undefined): Promise<JSONWebKeySet>;
}

/** The message says which issuer, and why. */
export class IssuerUnreachable extends Error {
  override readonly name = "IssuerUnreachable";
}

/** How long keys are believed, and how soon they may be asked for again when one is missing. */
const KEPT_MS = 3_600_000;
const AGAIN_MS = 30_000;
/** An issuer that failed is left alone for so long: tokens come from anybody, and must not make this server knock all the time. */
const FAILED_MS = 5_000;
const TIMEOUT_MS = 5_000;
/** AWS takes up to 100 RSA and 100 EC keys of a provider. */
const MAX_BYTES = 256 * 1_024;
const MAX_KEYS = 200;
/** Providers are a hundred for each account. */
const MAX_ISSUERS = 1_000;

interface Known {
  readonly at: number;
  readonly keys: Promise<JSONWebKeySet>;
  failed: boolean;
}

export function openIssuerKeys(outgoing: Outgoing, clock: Pick<Clock, "now">): IssuerKeys {
  const known = new Map<string, Known>();

  const fetchJson = async (url: string): Promise<Readonly<Record<string, unknown>>> => {
    const answer = await outgoing.send({
      method: "GET",
      url,
      headers: { accept: "application/json" },
      body: undefined,
      timeoutMs: TIMEOUT_MS,
      maxAnswerBytes: MAX_BYTES,
      signal: new AbortController().signal,
    });
    if (answer.status !== 200) throw new IssuerUnreachable(`${url} answered ${answer.status}`);
    let value: unknown;
    try {
      value = JSON.parse(answer.body.toString("utf8"));
    } catch {
      throw new IssuerUnreachable(`${url} answered no JSON`);
    }
    if (typeof value !== "object" || value === null) throw new IssuerUnreachable(`${url} answered no JSON object`);
    return { ...value };
  };

  const fetchKeys = async (issuer: string): Promise<JSONWebKeySet> => {
    try {
      const configuration = await fetchJson(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
      const { jwks_uri: address } = configuration;
      if (configuration.issuer !== issuer || typeof address !== "string") {
        throw new IssuerUnreachable(`the configuration of ${issuer} names another issuer, or no jwks_uri`);
      }
      // Whoever can answer for the keys can sign: they come the same safe way as the configuration.
      if (new URL(issuer).protocol === "https:" && !address.startsWith("https://")) {
        throw new IssuerUnreachable(`the jwks_uri of ${issuer} does not begin with https://`);
      }
      const { keys } = await fetchJson(address);
      if (!Array.isArray(keys) || keys.length > MAX_KEYS) {
        throw new IssuerUnreachable(`${address} has no list of at most ${MAX_KEYS} keys`);
      }
      return { keys: keys.filter(isKey) };
    } catch (error) {
      if (error instanceof TargetFailed || error instanceof TargetRefused) {
        throw new IssuerUnreachable(error.message, { cause: error });
      }
      throw error;
    }
  };

  return {
    async keysOf(issuer, keyId) {
      const now = clock.now();
      const found = known.get(issuer);
      if (found?.failed === true && now - found.at < FAILED_MS) return found.keys;
      if (found?.failed === false && now - found.at < KEPT_MS) {
        const keys = await found.keys;
        if (keys.keys.some(({ kid }) => kid === keyId) || now - found.at < AGAIN_MS) return keys;
      }
      if (known.size >= MAX_ISSUERS) known.clear();
      const keys = fetchKeys(issuer);
      const entry: Known = { at: now, keys, failed: false };
      known.set(issuer, entry);
      keys.catch(() => {
        entry.failed = true;
      });
      return keys;
    },
  };
}

const isKey = (value: unknown): value is JWK => typeof value === "object" && value !== null && "kty" in value;
