import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { AttachUserPolicyCommand, CreateLoginProfileCommand, CreateUserCommand, IAMClient } from "@aws-sdk/client-iam";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { startEngine } from "@nephoscope/engine";
import { readSettings } from "../settings.ts";
import { type NephoscopeServer, startServer } from "../start.ts";

/** One real server for the file; each test signs in anew. */
let server: NephoscopeServer;
let key: { readonly accessKeyId: string; readonly secretAccessKey: string };
let data: string;
before(async () => {
  data = mkdtempSync(join(tmpdir(), "nephoscope-console-"));
  server = await startServer(readSettings({ env: { NEPHOSCOPE_DATA: data, NEPHOSCOPE_LISTEN: "127.0.0.1:0" } }), {
    log: () => {},
  });
  assert.ok(server.firstKey !== undefined);
  key = server.firstKey;
});
after(async () => {
  await server.close();
  rmSync(data, { recursive: true, force: true });
});

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** As a browser sends it; not fetch, which refuses to set some of a browser's headers. */
function ask(method: string, path: string, headers: Record<string, string>, body = ""): Promise<Reply> {
  const { hostname, port } = new URL(server.endpoint);
  return new Promise((resolve, reject) => {
    const out = request({ hostname, port, path, method, headers, agent: false }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    out.on("error", reject);
    out.end(body);
  });
}

const SESSION = "/_console/session";
const JSON_TYPE = { "content-type": "application/json" };
const post = (proof: object, headers: Record<string, string> = {}) =>
  ask("POST", SESSION, { ...JSON_TYPE, ...headers }, JSON.stringify(proof));

async function signIn(proof: object = key) {
  const reply = await post(proof);
  assert.equal(reply.status, 200, reply.body);
  const [cookie = ""] = reply.headers["set-cookie"] ?? [];
  const { session } = JSON.parse(reply.body);
  return { setCookie: cookie, cookie: cookie.split(";")[0] ?? "", session };
}

const call = (operation: string, input: object, headers: Record<string, string>) =>
  ask(
    "POST",
    "/",
    {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `Logs_20140328.${operation}`,
      "x-nephoscope-scope": "us-east-1/logs",
      ...headers,
    },
    JSON.stringify(input),
  );

test("a key opens a session, whose cookie scripts can not read and other sites can not send", async () => {
  const { setCookie, session } = await signIn();
  assert.match(setCookie, /^nephoscope-\d+=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  assert.equal(session.user, "administrator");
  assert.equal(session.arn, "arn:aws:iam::123456789012:user/administrator");
  assert.equal(JSON.stringify(session).includes(key.secretAccessKey), false);
});

test("a wrong secret, an unknown key and nothing at all open none", async () => {
  for (const proof of [{ ...key, secretAccessKey: "wrong" }, { ...key, accessKeyId: "AKIAUNKNOWNUNKNOWN12" }, {}]) {
    const { status, headers, body } = await post(proof);
    assert.equal(status, 401);
    assert.equal(headers["set-cookie"], undefined);
    assert.equal(JSON.parse(body).code, "WrongProof");
  }
});

test("a call in a session needs no signature, and runs as who signed in", async () => {
  const { cookie, session } = await signIn();
  const created = await call(
    "CreateLogGroup",
    { logGroupName: "by-console" },
    { cookie, "x-nephoscope-csrf": session.csrf },
  );
  assert.equal(created.status, 200, created.body);
  const elsewhere = await call(
    "DescribeLogGroups",
    {},
    { cookie, "x-nephoscope-csrf": session.csrf, "x-nephoscope-scope": "eu-west-1/logs" },
  );
  assert.deepEqual(JSON.parse(elsewhere.body), { logGroups: [] });
});

test("without its page's proof, or from another site, a session does nothing", async () => {
  const { cookie, session } = await signIn();
  const csrf = { "x-nephoscope-csrf": session.csrf };
  const refused: [Record<string, string>, string][] = [
    [{ cookie }, "SessionRefused"],
    [{ cookie, "x-nephoscope-csrf": "guessed" }, "SessionRefused"],
    [{ cookie, ...csrf, "sec-fetch-site": "cross-site" }, "SessionRefused"],
    [{ cookie, ...csrf, "sec-fetch-site": "same-site" }, "SessionRefused"],
    [{ cookie, ...csrf, origin: "http://evil.example" }, "SessionRefused"],
    [{ cookie, ...csrf, "x-nephoscope-scope": "us-east-1/sns" }, "InvalidSignatureException"],
    [{ cookie, ...csrf, "x-nephoscope-scope": "nowhere" }, "IncompleteSignatureException"],
    [{ cookie: `${cookie}x`, ...csrf }, "SessionEnded"],
    [csrf, "MissingAuthenticationTokenException"],
  ];
  for (const [headers, code] of refused) {
    const reply = await call("CreateLogGroup", { logGroupName: "forged" }, headers);
    assert.ok(reply.status >= 400);
    assert.equal(JSON.parse(reply.body).__type, code, JSON.stringify(headers));
  }
  assert.equal((await post(key, { origin: "http://evil.example" })).status, 403);
  assert.equal((await ask("POST", SESSION, { "content-type": "text/plain" }, JSON.stringify(key))).status, 415);
  const groups = await call("DescribeLogGroups", { logGroupNamePrefix: "forged" }, { cookie, ...csrf });
  assert.deepEqual(JSON.parse(groups.body), { logGroups: [] });
});

test("signing out ends the session on the server", async () => {
  const { cookie, session } = await signIn();
  const csrf = { "x-nephoscope-csrf": session.csrf };
  assert.equal((await ask("DELETE", SESSION, { cookie })).status, 403);
  const gone = await ask("DELETE", SESSION, { cookie, ...csrf });
  assert.equal(gone.status, 200);
  assert.match(String(gone.headers["set-cookie"]), /Max-Age=0/);
  const late = await call("DescribeLogGroups", {}, { cookie, ...csrf });
  assert.deepEqual([late.status, JSON.parse(late.body).__type], [401, "SessionEnded"]);
  assert.deepEqual(JSON.parse((await ask("GET", SESSION, { cookie })).body), { session: null });
});

test("the first start's link works once, and on this machine alone", async () => {
  const link = new URL(server.signInLink ?? "").hash.replace("#/sign-in?link=", "");
  for (const headers of [{ "x-forwarded-for": "10.0.0.1" }, { host: "evil.example" }] as Record<string, string>[]) {
    assert.equal(JSON.parse((await post({ link }, headers)).body).code, "WrongLink");
  }
  assert.equal((await signIn({ link })).session.user, "administrator");
  assert.equal(JSON.parse((await post({ link })).body).code, "WrongLink");
});

test("a user signs in by password, and may do what its policies allow", async () => {
  const iam = new IAMClient({ endpoint: server.endpoint, region: "us-east-1", credentials: key });
  await iam.send(new CreateUserCommand({ UserName: "ann" }));
  await iam.send(new CreateLoginProfileCommand({ UserName: "ann", Password: "a long Pass-word 1" }));
  await iam.send(
    new AttachUserPolicyCommand({ UserName: "ann", PolicyArn: "arn:aws:iam::aws:policy/CloudWatchLogsReadOnlyAccess" }),
  );
  assert.equal((await post({ user: "ann", password: "wrong" })).status, 401);
  const { cookie, session } = await signIn({ user: "ann", password: "a long Pass-word 1" });
  assert.equal(session.arn, "arn:aws:iam::123456789012:user/ann");
  const csrf = { "x-nephoscope-csrf": session.csrf };
  const read = await call("DescribeLogGroups", {}, { cookie, ...csrf });
  assert.equal(read.status, 200, read.body);
  const written = await call("CreateLogGroup", { logGroupName: "by-ann" }, { cookie, ...csrf });
  assert.equal(JSON.parse(written.body).__type, "AccessDeniedException");
});

test("an object of a bucket that is opened as a page is none of the console's", async () => {
  const s3 = new S3Client({ endpoint: server.endpoint, region: "us-east-1", credentials: key, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: "pages" }));
  const object = { Bucket: "pages", Key: "evil.html" };
  await s3.send(
    new PutObjectCommand({ ...object, Body: "<script>fetch('/_console/session')</script>", ContentType: "text/html" }),
  );
  let headers: Readonly<Record<string, string>> = {};
  s3.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args);
      const { response } = answer;
      if (typeof response === "object" && response !== null && "headers" in response) {
        headers = Object.fromEntries(
          Object.entries(Object(response.headers)).map(([name, value]) => [name, String(value)]),
        );
      }
      return answer;
    },
    { step: "deserialize", priority: "low" },
  );
  await s3.send(new GetObjectCommand(object));
  assert.equal(headers["content-type"], "text/html");
  const policy = String(headers["content-security-policy"]);
  assert.match(policy, /^sandbox /);
  assert.doesNotMatch(policy, /allow-same-origin/);
});

test("tries that fail are limited", async () => {
  const proof = { accessKeyId: "AKIAGUESSGUESSGUESS1", secretAccessKey: "guess" };
  const codes = [];
  for (let tries = 0; tries < 11; tries++) codes.push((await post(proof)).status);
  assert.equal(codes.at(-1), 429);
});

test("sign-ins and the calls of sessions are recorded like all others, without secrets", async () => {
  await post({ user: "eve", password: "a secret guess" });
  const { cookie, session } = await signIn();
  await call("CreateLogGroup", { logGroupName: "audited" }, { cookie, "x-nephoscope-csrf": session.csrf });
  await server.close();

  const engine = await startEngine({ dataDir: join(data, "engine"), database: "nephoscope", log: () => {} });
  try {
    const calls = await engine.client.objects<Record<string, unknown>>({
      sql: "SELECT event_source, event_name, user_name, access_key_id, error_code, request_parameters FROM calls WHERE event_name = 'ConsoleLogin' OR request_parameters LIKE '%audited%' ORDER BY event_time DESC LIMIT 3",
    });
    assert.deepEqual(
      calls.map((each) => [each.event_source, each.event_name, each.user_name, each.access_key_id, each.error_code]),
      [
        ["logs.amazonaws.com", "CreateLogGroup", "administrator", key.accessKeyId, ""],
        ["signin.amazonaws.com", "ConsoleLogin", "administrator", key.accessKeyId, ""],
        ["signin.amazonaws.com", "ConsoleLogin", "", "", "Failed authentication"],
      ],
    );
    const text = JSON.stringify(calls);
    assert.ok(text.includes("eve"));
    for (const secret of ["a secret guess", key.secretAccessKey, session.csrf]) assert.ok(!text.includes(secret));
  } finally {
    await engine.close();
  }
});
