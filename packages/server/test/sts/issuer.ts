import { createServer } from "node:http";
import type { TestContext } from "node:test";
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";

/** An issuer of OpenID Connect on this machine: its configuration, its keys, and tokens that it signs. */
export async function startIssuer(t: TestContext, alg: "RS256" | "ES256" = "RS256") {
  const fetched: string[] = [];
  let key: { readonly kid: string; readonly privateKey: CryptoKey; readonly jwk: object };
  const rotate = async (kid: string) => {
    const { privateKey, publicKey } = await generateKeyPair(alg, { modulusLength: 2_048 });
    key = { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: "sig" } };
  };
  await rotate("one");
  let up = true;
  const server = createServer((request, response) => {
    fetched.push(request.url ?? "");
    if (!up) response.writeHead(503).end();
    else if (request.url === "/.well-known/openid-configuration") {
      response.end(JSON.stringify({ issuer: url, jwks_uri: `${url}/keys` }));
    } else response.end(JSON.stringify({ keys: [key.jwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  return {
    url,
    /** Its name in ARNs and condition keys. */
    name: url.replace("http://", ""),
    fetched,
    rotate,
    setUp: (now: boolean) => {
      up = now;
    },
    token: (claims: JWTPayload, nowMs: number, header: object = {}) => {
      const seconds = Math.floor(nowMs / 1_000);
      return new SignJWT({ iss: url, aud: "client", iat: seconds, exp: seconds + 300, ...claims })
        .setProtectedHeader({ alg, kid: key.kid, ...header })
        .sign(key.privateKey);
    },
  };
}
