import {
  type CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";

/** PutLogEvents takes so many events at once. */
const BATCH = 10_000;

/** Writes lines into a stream, which is made with its group: the last at `endMs`, the others `stepMs` apart before it. */
export async function writeLines(
  logs: CloudWatchLogsClient,
  place: { readonly group: string; readonly stream: string },
  lines: readonly string[],
  { endMs, stepMs }: { readonly endMs: number; readonly stepMs: number },
): Promise<void> {
  const names = { logGroupName: place.group, logStreamName: place.stream };
  await logs.send(new CreateLogGroupCommand({ logGroupName: place.group })).catch(unlessExists);
  await logs.send(new CreateLogStreamCommand(names));
  const first = endMs - (lines.length - 1) * stepMs;
  for (let from = 0; from < lines.length; from += BATCH) {
    const logEvents = lines
      .slice(from, from + BATCH)
      .map((message, index) => ({ message, timestamp: first + (from + index) * stepMs }));
    await logs.send(new PutLogEventsCommand({ ...names, logEvents }));
  }
}

function unlessExists(error: unknown): void {
  if (!(error instanceof Error) || error.name !== "ResourceAlreadyExistsException") throw error;
}

/** Lines of a web server's access log: every tenth is a 404. */
export function accessLines(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    const [path, status] = index % 10 === 9 ? ["/missing.html", 404] : [`/page-${index % 7}.html`, 200];
    return `198.51.100.${index % 200} - - [21/Nov/2026:05:00:00 +0000] "GET ${path} HTTP/1.1" ${status} ${1_000 + index}`;
  });
}

export const INTERFACE = "eni-0abc1234def567890";
export const DATABASE = "10.0.2.22";

/** Records of a network's traffic: calls to the database, of which some go to the wrong port 4306, and rejected ones. */
export function flowLines(): readonly string[] {
  const line = (source: string, port: number, action: string) =>
    `2 123456789012 ${INTERFACE} ${source} ${DATABASE} 40000 ${port} 6 10 840 1795240000 1795240060 ${action} OK`;
  return [
    ...Array.from({ length: 30 }, () => line("10.0.1.5", 3306, "ACCEPT")),
    ...Array.from({ length: 12 }, () => line("10.0.1.7", 4306, "REJECT")),
    ...Array.from({ length: 5 }, () => line("10.0.1.9", 4306, "REJECT")),
    ...Array.from({ length: 3 }, () => line("10.0.1.5", 80, "ACCEPT")),
  ];
}

/** Lines that try to be more than text. */
export const HOSTILE_LINES = [
  `<script>window.hacked = 1</script><img src=x onerror="window.hacked = 2">`,
  "\u001b[31mred\u001b[0m \u001b]0;title\u0007 bell",
  "invoice\u202egnp.exe",
  "nul\u0000 and\r\nnew line",
  "שלום עולם status=200",
  '{"html":"<b>bold</b>","__proto__":{"x":1},"n":12345678901234567890}',
  `\`\${alert(1)}\` {{x}} | limit 1 # " onmouseover="alert(1)`,
  `long ${"x".repeat(100_000)}`,
] as const;
