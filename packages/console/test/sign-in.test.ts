import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AttachUserPolicyCommand, CreateLoginProfileCommand, CreateUserCommand, IAMClient } from "@aws-sdk/client-iam";
import { assertAccessible } from "./axe.ts";
import { type ConsoleServer, KEY, noBrowser, openPage, REGION, startConsole } from "./browser.ts";

const options = { skip: noBrowser };
let server: ConsoleServer;
const ends: (() => Promise<void>)[] = [];
before(async () => {
  if (noBrowser === false)
    server = await startConsole({ after: (end) => void ends.push(async () => void (await end?.())) });
});
after(async () => {
  for (const end of ends) await end();
});

test("signing in by key leads to the page that was asked for, signing out back to the door", options, async (t) => {
  const { page, complaints, go } = await openPage(t, server, { stranger: true });
  await go("/logs/groups");
  await page.getByRole("heading", { name: "Sign in to Nephoscope" }).waitFor();
  await assertAccessible(page);
  await page.getByLabel("Access key id").fill(KEY.accessKeyId);
  await page.getByLabel("Secret access key").fill("wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("are not right").waitFor();
  await page.getByLabel("Secret access key").fill(KEY.secretAccessKey);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Log groups" }).waitFor();

  await page.getByRole("button", { name: "administrator" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in to Nephoscope" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "Sign in to Nephoscope" }).waitFor();
  // A wrong key is the one thing that the browser may complain of.
  assert.deepEqual(
    complaints.filter((text) => !text.includes("401")),
    [],
  );
});

test("a user who must change the password signs in with a new one", options, async (t) => {
  const iam = new IAMClient({ endpoint: server.endpoint, region: REGION, credentials: KEY });
  await iam.send(new CreateUserCommand({ UserName: "ann" }));
  await iam.send(
    new CreateLoginProfileCommand({ UserName: "ann", Password: "given Pass-word 1", PasswordResetRequired: true }),
  );
  await iam.send(
    new AttachUserPolicyCommand({ UserName: "ann", PolicyArn: "arn:aws:iam::aws:policy/CloudWatchLogsReadOnlyAccess" }),
  );
  const { page, go } = await openPage(t, server, { stranger: true });
  await go("/logs/groups");
  await page.getByText("User and password").click();
  await page.getByLabel("User name").fill("ann");
  await page.getByLabel("Password", { exact: true }).fill("given Pass-word 1");
  await page.keyboard.press("Enter");
  await page.getByText("Choose a new password").waitFor();
  await assertAccessible(page);
  await page.getByLabel("New password").fill("chosen Pass-word 2");
  await page.keyboard.press("Enter");
  await page.getByText("No log groups").waitFor();
  await page.getByRole("button", { name: "ann" }).waitFor();

  // What her policies do not allow is refused, and said kindly.
  await page.getByRole("button", { name: "Create log group" }).first().click();
  await page.getByLabel("Log group name").fill("by-ann");
  await page.getByRole("dialog").getByRole("button", { name: "Create", exact: true }).click();
  await page.getByText("You are not allowed to do this").waitFor();
});

test("a session that is gone leads to the door at the next call", options, async (t) => {
  const { page, go } = await openPage(t, server);
  await go("/logs/groups");
  await page.getByRole("heading", { name: "Log groups" }).waitFor();
  await page.context().clearCookies();
  await page.getByRole("button", { name: "Load again" }).click();
  await page.getByRole("heading", { name: "Sign in to Nephoscope" }).waitFor();
});

test("somebody else's session in another tab is not used by this one", options, async (t) => {
  const { page, go } = await openPage(t, server);
  await go("/logs/groups");
  await page.getByRole("heading", { name: "Log groups" }).waitFor();
  await page.context().clearCookies();
  await page.context().request.post(`${server.endpoint}/_console/session`, { data: KEY });
  await page.getByRole("button", { name: "Load again" }).click();
  // Another session's cookie has another proof; the page says so, and does nothing.
  await page.getByText("did not come from the console's own page").waitFor();
});

test("the page can not be framed, and runs nothing but its own files", options, async (t) => {
  const { page } = await openPage(t, server);
  const response = await page.goto(`${server.endpoint}/`);
  const policy = response?.headers()["content-security-policy"] ?? "";
  assert.match(policy, /script-src 'self';/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe|\*/);
  await page.getByRole("heading", { name: "Home" }).waitFor();
  const [cookie] = await page.context().cookies();
  assert.equal(cookie?.httpOnly, true);
  assert.equal(cookie?.sameSite, "Strict");
});

test("the first load is at most 350 KB of compressed script", options, async (t) => {
  const { page, go } = await openPage(t, server);
  const sizes: number[] = [];
  page.on("response", (response) => {
    if (response.url().endsWith(".js")) sizes.push(Number(response.headers()["content-length"] ?? 0));
  });
  await go("/");
  await page.getByRole("heading", { name: "Home" }).waitFor();
  await page.getByText("First steps").waitFor();
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  assert.ok(bytes > 50_000 && bytes <= 350_000, `${bytes} bytes in ${sizes.length} files`);
  t.diagnostic(`${bytes} bytes of script in ${sizes.length} files`);
});

test("an empty server shows the first steps, with commands for this very address", options, async (t) => {
  const { page, go, complaints } = await openPage(t, server);
  await go("/");
  await page.getByText(`export AWS_ENDPOINT_URL=${server.endpoint}`).waitFor();
  await assertAccessible(page);
  assert.deepEqual(complaints, []);
});
