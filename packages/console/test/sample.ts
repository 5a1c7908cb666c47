import { CreateLogGroupCommand, CreateLogStreamCommand, PutLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { ConsoleServer } from "./browser.ts";

/** A line that tries everything that a log can try. */
export const HOSTILE =
  '<img src=x onerror="document.title=1"><script>document.title=2</script> \x1b[31mred\x1b[0m \u202eevil\u202c \x00 <b>bold</b> javascript:alert(1)';

/** Makes a group and stream where they are missing, and stores lines, the last one now, one second between them. */
export async function putLines(
  { logs }: ConsoleServer,
  logGroupName: string,
  logStreamName: string,
  lines: readonly string[],
  lastMs: number = Date.now(),
): Promise<void> {
  await logs.send(new CreateLogGroupCommand({ logGroupName })).catch(unlessThere);
  await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName })).catch(unlessThere);
  const logEvents = lines.map((message, index) => ({
    timestamp: lastMs - (lines.length - 1 - index) * 1_000,
    message,
  }));
  await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
}

function unlessThere(error: unknown): void {
  if (!(error instanceof Error) || error.name !== "ResourceAlreadyExistsException") throw error;
}

/** Lines of an Apache access log: of every ten, seven are answered 200, two 404, one 500. */
export const accessLines = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => {
    const status = index % 10 < 7 ? 200 : index % 10 < 9 ? 404 : 500;
    return `198.51.100.${index % 250} - - [21/Nov/2026:06:00:00 +0000] "GET /page/${index} HTTP/1.1" ${status} ${1000 + index}`;
  });

export const AUTH_FAILURE = (pid: number): string =>
  `Nov 15 20:35:23 ip-10-10-20-20 su: pam_unix(su:auth): authentication failure; logname= uid=1000 euid=0 tty=pts/${pid} ruser=ec2-user rhost=  user=dbdev`;
