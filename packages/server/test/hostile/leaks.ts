/** What no answer may hold: places, statements, stack lines and names of the machinery behind the API. */
const INTERNALS: readonly RegExp[] = [
  /node:internal/g,
  /\bnode_modules\b/g,
  /\bat [\w.<>[\] ]{1,80} \(?(?:file:|\/|node:)[^\s)]{1,200}:\d+:\d+/g,
  /file:\/\/\/\S{1,200}/g,
  /(?<![\w-])[\w-]{1,64}\.[cm]?[jt]s:\d{1,6}/g,
  /DB::\w+/g,
  /\bCode: \d+\./g,
  /\bclickhouse\b/gi,
  /\bchdb\b/gi,
  /\bsqlite\b/gi,
  /\bSELECT\b[^"]{0,200}\bFROM\b/g,
  /\bgroup_id\b/g,
  /\bfromUnixTimestamp64/g,
  /\bsystem\.(?:tables|processes|one|query_log)\b/g,
  /\bE(?:NOENT|ACCES|PERM|ISDIR|CONNREFUSED|CONNRESET|PIPE)\b/g,
  /\b(?:Type|Range|Reference|Syntax)Error\b/g,
  /\bundefined is not\b|\bCannot read propert/g,
  /root:x?:0:0:/g,
];

/**
 * Tells the internals that an answer shows. What the callers themselves sent, now or earlier, may come back, so every
 * request is shown to the watch first.
 */
export class LeakWatch {
  readonly #secrets: readonly string[];
  readonly #sent = new Set<string>();

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets;
  }

  sent(request: string): void {
    for (const text of matches(request)) this.#sent.add(text);
  }

  leaks(answer: string): string[] {
    return [
      ...matches(answer).filter((text) => !this.#sent.has(text)),
      ...this.#secrets.filter((secret) => answer.includes(secret)),
    ];
  }
}

function matches(text: string): string[] {
  return INTERNALS.flatMap((pattern) => [...text.matchAll(pattern)].map(([found]) => found));
}
