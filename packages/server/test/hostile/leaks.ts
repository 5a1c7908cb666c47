/** What no answer may hold: places, statements, stack lines and names of the machinery behind the API. */
const INTERNALS: readonly RegExp[] = [
  /node:internal/,
  /\bnode_modules\b/,
  /\bat [\w.<>[\] ]+ \(?(?:file:|\/|node:)[^\s)]+:\d+:\d+/,
  /file:\/\/\/\S+/,
  /[\w-]+\.[cm]?[jt]s:\d+/,
  /DB::\w+/,
  /\bCode: \d+\./,
  /\bclickhouse\b/i,
  /\bchdb\b/i,
  /\bsqlite\b/i,
  /\bSELECT\b[^"]{0,200}\bFROM\b/,
  /\bgroup_id\b/,
  /\bfromUnixTimestamp64/,
  /\bsystem\.(?:tables|processes|one|query_log)\b/,
  /\bE(?:NOENT|ACCES|PERM|ISDIR|CONNREFUSED|CONNRESET|PIPE)\b/,
  /\b(?:Type|Range|Reference|Syntax)Error\b/,
  /\bundefined is not\b|\bCannot read propert/,
  /root:x?:0:0:/,
];

/** The internals that an answer shows and that its request did not bring itself. */
export function leaksOf(answer: string, request: string, secrets: readonly string[] = []): string[] {
  const shown = INTERNALS.flatMap((pattern) => pattern.exec(answer)?.[0] ?? []).filter(
    (text) => !request.includes(text),
  );
  return [...shown, ...secrets.filter((secret) => answer.includes(secret) && !request.includes(secret))];
}
