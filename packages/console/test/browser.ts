import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { readSettings, startServer } from "@nephoscope/server";
import { type Browser, chromium, type Page } from "playwright-core";
import { builtConsole } from "../build/build.ts";

/** Debian's; others can be named. */
const CHROMIUM = process.env.NEPHOSCOPE_CHROMIUM ?? "/usr/bin/chromium";

/** Why browser tests can not run here; false when they can. */
export const noBrowser: string | false = existsSync(CHROMIUM)
  ? false
  : `there is no ${CHROMIUM}: apt-get install chromium fonts-dejavu-core, or name one by NEPHOSCOPE_CHROMIUM`;

export const KEY = { accessKeyId: "AKIACONSOLETEST12345", secretAccessKey: "a-secret-of-the-console-tests" } as const;
export const ACCOUNT = "123456789012";
export const REGION = "us-east-1";

/** Whose end something ends with: a test, or by the `after` of node:test a file. */
export interface Ending {
  after(close: () => Promise<void>): void;
}

/** A real server of its own with the built console, on a free port. */
export interface ConsoleServer {
  readonly endpoint: string;
  readonly logs: CloudWatchLogsClient;
}

let browser: Promise<Browser> | undefined;
after(async () => (await browser)?.close());

/** One browser for a file of tests. */
export function theBrowser(): Promise<Browser> {
  browser ??= chromium.launch({
    executablePath: CHROMIUM,
    // Tests run as root in containers, where Chromium's own sandbox can not.
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--font-render-hinting=none"],
  });
  return browser;
}

export interface ServerOptions {
  /** More settings, as the environment gives them. */
  readonly env?: Readonly<Record<string, string>>;
  readonly clock?: NonNullable<Parameters<typeof startServer>[1]>["clock"];
}

export async function startConsole(t: Ending, { env, clock }: ServerOptions = {}): Promise<ConsoleServer> {
  const data = mkdtempSync(join(tmpdir(), "nephoscope-console-"));
  const server = await startServer(
    readSettings({
      env: {
        NEPHOSCOPE_DATA: data,
        NEPHOSCOPE_LISTEN: "127.0.0.1:0",
        NEPHOSCOPE_ADMIN_KEY_ID: KEY.accessKeyId,
        NEPHOSCOPE_ADMIN_SECRET: KEY.secretAccessKey,
        ...env,
      },
    }),
    { log: () => {}, consoleFiles: builtConsole(() => {}), ...(clock !== undefined && { clock }) },
  );
  t.after(async () => {
    await server.close();
    rmSync(data, { recursive: true, force: true });
  });
  const logs = new CloudWatchLogsClient({ endpoint: server.endpoint, region: REGION, credentials: KEY });
  return { endpoint: server.endpoint, logs };
}

export interface OpenPage {
  readonly page: Page;
  /** What the browser complained about: errors of scripts, of the content policy, files that were not found. */
  readonly complaints: string[];
  /** Opens a page of the console, such as `/logs/groups`. */
  go(path: string): Promise<void>;
}

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
  /** Without signing in. */
  readonly stranger?: boolean;
}

/** A browser's page at the console, signed in. */
export async function openPage(
  t: Ending,
  { endpoint }: { readonly endpoint: string },
  { width = 1280, height = 800, dark = false, stranger = false }: PageOptions = {},
): Promise<OpenPage> {
  const context = await (await theBrowser()).newContext({
    viewport: { width, height },
    colorScheme: dark ? "dark" : "light",
    timezoneId: "UTC",
    locale: "en-US",
    reducedMotion: "reduce",
  });
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  if (!stranger) {
    const answer = await context.request.post(`${endpoint}/_console/session`, { data: KEY });
    if (!answer.ok()) throw new Error(`Signing in failed: ${await answer.text()}`);
  }
  const go = async (path: string) => {
    await page.goto(`${endpoint}/#${path}`);
  };
  return { page, complaints, go };
}
