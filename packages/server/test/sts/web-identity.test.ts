import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  DeleteOpenIDConnectProviderCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { JWTPayload } from "jose";
import { ACCOUNT, callerOf, document, openHouse, REGION, refused, sessionKeys } from "../iam/house.ts";
import { startIssuer } from "./issuer.ts";

type Test = Parameters<typeof openHouse>[0];

async function openFederation(t: Test, alg?: "RS256" | "ES256") {
  const house = await openHouse(t);
  const issuer = await startIssuer(t, alg);
  const { OpenIDConnectProviderArn = "" } = await house.iam.send(
    new CreateOpenIDConnectProviderCommand({ Url: issuer.url, ClientIDList: ["client"] }),
  );
  await house.iam.send(
    new CreateRoleCommand({
      RoleName: "ci",
      AssumeRolePolicyDocument: document({
        Effect: "Allow",
        Principal: { Federated: OpenIDConnectProviderArn },
        Action: ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"],
        Condition: { StringLike: { [`${issuer.name}:sub`]: "repo:acme/*" } },
      }),
    }),
  );
  // Without any key: the token alone is the proof.
  const nobody = new STSClient({
    endpoint: house.endpoint,
    region: REGION,
    credentials: { accessKeyId: "", secretAccessKey: "" },
    maxAttempts: 1,
  });
  const exchange = (WebIdentityToken: string) =>
    nobody.send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: `arn:aws:iam::${ACCOUNT}:role/ci`,
        RoleSessionName: "build",
        WebIdentityToken,
      }),
    );
  const claims = (more: JWTPayload = {}) => issuer.token({ sub: "repo:acme/site", ...more }, house.clock.now());
  return { house, issuer, exchange, claims, providerArn: OpenIDConnectProviderArn };
}

for (const alg of ["RS256", "ES256"] as const) {
  test(`a token of a registered issuer is exchanged for a session of the role it may have (${alg})`, async (t) => {
    const { house, issuer, exchange, claims, providerArn } = await openFederation(t, alg);
    const { Credentials, $metadata: _, ...answer } = await exchange(await claims());
    const { AssumedRoleUser } = answer;
    assert.deepEqual(answer, {
      SubjectFromWebIdentityToken: "repo:acme/site",
      Audience: "client",
      Provider: providerArn,
      AssumedRoleUser: {
        Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/ci/build`,
        AssumedRoleId: AssumedRoleUser?.AssumedRoleId,
      },
    });
    const who = await house.stsAs(sessionKeys(Credentials)).send(new GetCallerIdentityCommand({}));
    assert.equal(who.Arn, AssumedRoleUser?.Arn);
    const { session } = callerOf(house, sessionKeys(Credentials));
    assert.equal(session?.context[`${issuer.name}:sub`], "repo:acme/site");
    assert.equal(session?.context["aws:FederatedProvider"], providerArn);
  });
}

test("tokens that prove nothing are refused, each with its error", async (t) => {
  const { house, issuer, exchange, claims } = await openFederation(t);
  const other = await startIssuer(t);
  const now = house.clock.now();
  const invalid = (message: RegExp) => refused("InvalidIdentityTokenException", message);
  const good = await claims();
  const [head, body = "", signature] = good.split(".");
  const forged = JSON.parse(Buffer.from(body, "base64url").toString());
  const altered = [
    head,
    Buffer.from(JSON.stringify({ ...forged, sub: "repo:acme/x" })).toString("base64url"),
    signature,
  ];
  await assert.rejects(exchange(altered.join(".")), invalid(/signature/));
  const none = [Buffer.from('{"alg":"none"}').toString("base64url"), body, ""];
  await assert.rejects(exchange(none.join(".")), invalid(/signature/));
  await assert.rejects(exchange("nonsense"), invalid(/not a valid JWT/));
  await assert.rejects(
    exchange(await other.token({ sub: "repo:acme/site" }, now)),
    invalid(/No OpenIDConnect provider/),
  );
  await assert.rejects(
    exchange(await other.token({ sub: "repo:acme/site", iss: issuer.url }, now)),
    invalid(/signature/),
  );
  await assert.rejects(exchange(await claims({ aud: "another" })), invalid(/Incorrect token audience/));
  await assert.rejects(exchange(await claims({ nbf: now / 1_000 + 600 })), invalid(/nbf/));
  await assert.rejects(exchange(await claims({ exp: now / 1_000 - 600 })), refused("ExpiredTokenException"));
  await assert.rejects(
    exchange(await claims({ sub: "repo:other/site" })),
    refused("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"),
  );
  await exchange(good);
});

test("keys are fetched once, again when an issuer changes them, and told when it can not be asked", async (t) => {
  const { house, issuer, exchange, claims } = await openFederation(t);
  issuer.setUp(false);
  await assert.rejects(exchange(await claims()), refused("IDPCommunicationErrorException", /answered 503/));
  // It is not asked again at once, whatever comes.
  const failures = issuer.fetched.length;
  await assert.rejects(exchange(await claims()), refused("IDPCommunicationErrorException"));
  assert.equal(issuer.fetched.length, failures);
  issuer.setUp(true);
  await house.clock.advance(5_000);
  const before = issuer.fetched.length;
  await exchange(await claims());
  await exchange(await claims());
  assert.equal(issuer.fetched.length, before + 2);
  await issuer.rotate("two");
  await assert.rejects(exchange(await claims()), refused("InvalidIdentityTokenException"));
  await house.clock.advance(30_000);
  await exchange(await claims());
  assert.equal(issuer.fetched.length, before + 4);
});

test("tags that a token brings are the session's, and a provider that is gone proves nothing", async (t) => {
  const { house, exchange, claims, providerArn } = await openFederation(t);
  const tags = { "https://aws.amazon.com/tags": { principal_tags: { team: ["red"] } } };
  const { Credentials } = await exchange(await claims(tags));
  assert.deepEqual(callerOf(house, sessionKeys(Credentials)).tags(), { team: "red" });
  await assert.rejects(
    exchange(await claims({ "https://aws.amazon.com/tags": { principal_tags: { team: ["red", "blue"] } } })),
    refused("IDPRejectedClaimException"),
  );
  await house.iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: providerArn }));
  await assert.rejects(exchange(await claims()), refused("InvalidIdentityTokenException", /No OpenIDConnect provider/));
});
