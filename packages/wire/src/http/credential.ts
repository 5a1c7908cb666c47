import { type RefusalFamily, refuse } from "../auth/refusals.ts";
import { WireFailure } from "../codec/failure.ts";
import type { Credential } from "../service.ts";
import type { Conduct } from "./arrival.ts";

/** The credential that a request names; nothing of it is proven yet. Refuses a key or token that there is not. */
export async function namedCredential(
  server: Conduct,
  family: RefusalFamily,
  { accessKeyId, sessionToken }: { readonly accessKeyId: string; readonly sessionToken: string | undefined },
): Promise<Credential> {
  let credential: Credential | undefined;
  try {
    credential = await server.credentials(accessKeyId, sessionToken);
  } catch (error) {
    // Some services model an error of this name, for other tokens than the caller's.
    if (error instanceof WireFailure && error.code === "ExpiredTokenException") throw refuse(family, "expiredToken");
    throw error;
  }
  if (!credential) throw refuse(family, sessionToken ? "badToken" : "unknownKey");
  return credential;
}
