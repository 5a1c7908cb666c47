import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from "jose";
import type { Clock } from "../../../platform/clock/clock.ts";
import type { Directory } from "../../../platform/identity/directory.ts";
import type { OidcProvider } from "../../../platform/identity/documents.ts";
import type { StsCall } from "../operation.ts";
import { type IssuerKeys, IssuerUnreachable } from "./issuer-keys.ts";

/** Tokens of identity providers that accounts have registered. */
export interface WebIdentities {
  /** The claims of a token that its issuer signed for one of the provider's clients. Throws STS's errors. */
  verify(call: StsCall, account: string, token: string): Promise<WebIdentity>;
}

export interface WebIdentity {
  readonly provider: OidcProvider;
  readonly claims: JWTPayload;
  readonly subject: string;
  /** The client for which the token was made. */
  readonly audience: string;
}

/** What AWS takes (IAM user guide, "Create an OpenID Connect (OIDC) identity provider in IAM"). */
const ALGORITHMS = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"];
/** Clocks of issuers may be off by so much. */
const TOLERANCE_SECONDS = 60;

export interface WebIdentitiesOptions {
  readonly directory: Directory;
  readonly keys: IssuerKeys;
  readonly clock: Pick<Clock, "now">;
}

export function openWebIdentities({ directory, keys, clock }: WebIdentitiesOptions): WebIdentities {
  return {
    async verify(call, account, token) {
      const invalid = (message: string): Error => call.error("InvalidIdentityTokenException", message);
      const { issuer, keyId } = readUnproven(token) ?? {};
      if (issuer === undefined)
        throw invalid("The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)");
      const key = issuer
        .replace(/^https?:\/\//, "")
        .replace(/\/$/, "")
        .toLowerCase();
      const provider = directory.oidcProviders.get(account, key)?.document;
      if (provider === undefined || provider.issuer.replace(/\/$/, "") !== issuer.replace(/\/$/, "")) {
        throw invalid(`No OpenIDConnect provider found in your account for ${issuer.slice(0, 200)}`);
      }
      const claims = await prove(call, provider, token, keyId);
      const audiences = [claims.aud ?? []].flat();
      // With several audiences the authorized party is the client (OpenID Connect Core, section 2).
      const audience = audiences.length > 1 && typeof claims.azp === "string" ? claims.azp : audiences[0];
      if (audience === undefined || !provider.clientIds.includes(audience)) throw invalid("Incorrect token audience");
      if (typeof claims.sub !== "string" || claims.sub === "") throw invalid("Missing a required claim: sub");
      return { provider, claims, subject: claims.sub, audience };
    },
  };

  async function prove(call: StsCall, provider: OidcProvider, token: string, keyId: string | undefined) {
    try {
      const set = createLocalJWKSet(await keys.keysOf(provider.issuer, keyId));
      const { payload } = await jwtVerify(token, set, {
        algorithms: ALGORITHMS,
        currentDate: new Date(clock.now()),
        clockTolerance: TOLERANCE_SECONDS,
        requiredClaims: ["exp", "iat"],
      });
      return payload;
    } catch (error) {
      if (error instanceof IssuerUnreachable) {
        throw call.error(
          "IDPCommunicationErrorException",
          `Couldn't retrieve verification key from your identity provider: ${error.message}`,
        );
      }
      if (error instanceof errors.JWTExpired) {
        throw call.error(
          "ExpiredTokenException",
          "Token expired: the current time must be before the expiration date/time of the token.",
        );
      }
      if (error instanceof errors.JWTClaimValidationFailed) {
        throw call.error(
          "InvalidIdentityTokenException",
          `The claim ${error.claim} of the token is missing or does not hold now.`,
        );
      }
      if (error instanceof errors.JOSEError) {
        throw call.error(
          "InvalidIdentityTokenException",
          "Couldn't verify the token's signature with a key of its issuer.",
        );
      }
      throw error;
    }
  }
}

/** What a token says before anything of it is believed: where to look for the key that proves it. */
function readUnproven(
  token: string,
): { readonly issuer: string | undefined; readonly keyId: string | undefined } | undefined {
  try {
    return { issuer: decodeJwt(token).iss, keyId: decodeProtectedHeader(token).kid };
  } catch {
    return undefined;
  }
}
