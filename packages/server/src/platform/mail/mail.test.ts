import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import PostalMime from "postal-mime";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { virtualClock } from "../clock/virtual-clock.ts";
import { openDurableTables } from "../sqlite/durable-tables.ts";
import { isMailAddress, type Mail, MailNotSent } from "./mail.ts";
import { MAIL_SCHEMA, openMailOutbox } from "./mail-outbox.ts";
import { smtpMailer } from "./smtp-mailer.ts";

const FROM = "Nephoscope <no-reply@example.org>";
const mail = (change: Partial<Mail> = {}): Mail => ({
  to: "ann@example.org",
  subject: "hello",
  text: "a line\n",
  id: "m-1",
  ...change,
});

/** A mail server that keeps what it gets. */
async function sink(t: TestContext, options: SMTPServerOptions = {}) {
  const got: { from: string; to: string[]; source: string; user: string | undefined; secure: boolean }[] = [];
  const server = new SMTPServer({
    authOptional: true,
    closeTimeout: 10,
    logger: false,
    onAuth: ({ username, password }, _session, done) =>
      username === "us er" && password === "p@ss/word"
        ? done(null, { user: username })
        : done(Object.assign(new Error("no such user"), { responseCode: 535 })),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        got.push({
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          source: Buffer.concat(chunks).toString("utf8"),
          user: session.user === undefined ? undefined : String(session.user),
          secure: session.secure,
        });
        done();
      });
    },
    ...options,
  });
  server.on("error", () => {});
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const address = server.server.address();
  assert.ok(address !== null && typeof address === "object");
  t.after(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { got, port: address.port };
}

const mailerOf = (t: TestContext, url: string) => {
  const mailer = smtpMailer({ url, from: FROM });
  t.after(() => mailer.close());
  return mailer;
};

const notSent = (final: boolean, pattern: RegExp) => (error: unknown) =>
  error instanceof MailNotSent && error.final === final && pattern.test(error.message);

test("a mail arrives with its text, its graph beside it and the way to leave", async (t) => {
  const { got, port } = await sink(t);
  const png = Buffer.from("89504e470d0a1a0a", "hex");
  await mailerOf(t, `smtp://127.0.0.1:${port}`).send(
    mail({
      subject: 'ALARM: "Größe 📈" in US East',
      text: "Überschritten\n.\nnach dem Punkt\n",
      unsubscribeUrl: "http://127.0.0.1:4580/unsubscribe.html?SubscriptionArn=a",
      attachments: [{ fileName: "graph.png", contentType: "image/png", content: png, contentId: "graph@x" }],
      html: '<img src="cid:graph@x">',
    }),
  );
  assert.deepEqual([got[0]?.from, got[0]?.to], ["no-reply@example.org", ["ann@example.org"]]);
  const parsed = await PostalMime.parse(got[0]?.source ?? "");
  assert.equal(parsed.subject, 'ALARM: "Größe 📈" in US East');
  assert.equal(parsed.text?.trim(), "Überschritten\n.\nnach dem Punkt");
  assert.deepEqual(parsed.attachments[0]?.content, new Uint8Array(png).buffer);
  assert.equal(parsed.attachments[0]?.contentId, "<graph@x>");
  assert.match(
    got[0]?.source ?? "",
    /^List-Unsubscribe:\s+<http:\/\/127\.0\.0\.1:4580\/unsubscribe\.html\?SubscriptionArn=a>/m,
  );
});

test("a user signs in, over TLS from the start too", async (t) => {
  const plain = await sink(t);
  await mailerOf(t, `smtp://us%20er:p%40ss%2Fword@127.0.0.1:${plain.port}`).send(mail());
  assert.deepEqual([plain.got[0]?.user, plain.got[0]?.secure], ["us er", true]);
  const tls = await sink(t, { secure: true });
  await mailerOf(t, `smtps://us%20er:p%40ss%2Fword@127.0.0.1:${tls.port}`).send(mail());
  assert.deepEqual([tls.got[0]?.user, tls.got[0]?.secure], ["us er", true]);
});

test("a certificate that nobody vouches for is refused, and the mail waits", async (t) => {
  const { port, got } = await sink(t, { secure: true });
  await assert.rejects(mailerOf(t, `smtps://127.0.0.1:${port}?verify=yes`).send(mail()), notSent(false, /certificate/));
  assert.equal(got.length, 0);
});

test("5xx is final; 4xx, a wrong password and a server that is away are not", async (t) => {
  const answering = (responseCode: number) =>
    sink(t, {
      onRcptTo: (_address, _session, done) => done(Object.assign(new Error("mailbox trouble"), { responseCode })),
    });
  const refusing = await answering(550);
  await assert.rejects(mailerOf(t, `smtp://127.0.0.1:${refusing.port}`).send(mail()), notSent(true, /mailbox trouble/));
  const busy = await answering(451);
  await assert.rejects(mailerOf(t, `smtp://127.0.0.1:${busy.port}`).send(mail()), notSent(false, /mailbox trouble/));
  const { port } = await sink(t);
  await assert.rejects(mailerOf(t, `smtp://a:b@127.0.0.1:${port}`).send(mail()), notSent(false, /Invalid login/));
  const gone = createServer();
  gone.listen(0, "127.0.0.1");
  await once(gone, "listening");
  const address = gone.address();
  assert.ok(address !== null && typeof address === "object");
  gone.close();
  await assert.rejects(mailerOf(t, `smtp://127.0.0.1:${address.port}`).send(mail()), notSent(false, /ECONNREFUSED/));
});

test("a connection that breaks in the middle leaves the mail to be tried again", async (t) => {
  const server = createServer((socket: Socket) => {
    socket.write("220 hello\r\n");
    socket.once("data", () => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  await assert.rejects(mailerOf(t, `smtp://127.0.0.1:${address.port}`).send(mail()), notSent(false, /./));
});

test("nothing in a subject, an address or a text becomes a header or another recipient", async (t) => {
  const { got, port } = await sink(t);
  const mailer = mailerOf(t, `smtp://127.0.0.1:${port}`);
  await mailer.send(
    mail({
      subject: "a\r\nBcc: eve@example.org\r\n\r\nbody\u2028\0x",
      text: "\r\n.\r\nMAIL FROM:<eve@example.org>\r\n",
      unsubscribeUrl: "http://x/a\r\nX-Bad: 1",
    }),
  );
  assert.deepEqual(got[0]?.to, ["ann@example.org"]);
  const headers = (got[0]?.source ?? "").split("\r\n\r\n")[0] ?? "";
  assert.doesNotMatch(headers, /^(Bcc|X-Bad):/im);
  assert.equal((await PostalMime.parse(got[0]?.source ?? "")).subject, "a Bcc: eve@example.org body x");
  for (const to of ["a@x, b@x", "a@x\r\nBcc: b@x", "Ann <a@x>", "a b@x", "@x", "a@", `a@${"x".repeat(300)}`]) {
    assert.equal(isMailAddress(to), false, to);
    await assert.rejects(mailer.send(mail({ to })), notSent(true, /no mail address/));
  }
  assert.equal(got.length, 1);
});

test("without a mail server mails land in the outbox, newest first, whole", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "nephoscope-mail-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const tables = openDurableTables({ file: join(folder, "o.db"), schema: MAIL_SCHEMA, version: 1, maxBytes: 1 << 30 });
  t.after(() => tables.close());
  const outbox = openMailOutbox(tables, virtualClock(1_000), FROM);
  await outbox.send(mail({ subject: "first" }));
  await outbox.send(mail({ subject: "second", text: "Grüße" }));
  assert.deepEqual(
    outbox.list(10).map(({ to, subject, text, at }) => [to, subject, text, at]),
    [
      ["ann@example.org", "second", "Grüße", 1_000],
      ["ann@example.org", "first", "a line\n", 1_000],
    ],
  );
  const [newest] = outbox.list(1);
  assert.equal((await PostalMime.parse(outbox.source(newest?.id ?? 0) ?? "")).text?.trim(), "Grüße");
});
