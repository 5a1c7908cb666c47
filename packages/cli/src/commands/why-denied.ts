import { type Command, UsageError } from "../command.ts";
import { CONNECTION_OPTIONS, readConnection } from "../connection/connection.ts";
import { AnsweredError, recordOf, signedCalls } from "../connection/signed-calls.ts";
import { plainText } from "../plain-text.ts";

const API = { service: "nephoscope", target: "NephoscopeDecisions" };
/** A record is on disk within milliseconds of the answer; whoever asks by hand never waits. */
const TRIES = 10;
const WAIT_MS = 200;

export const whyDenied: Command = {
  about:
    "Explains what was decided on a call, by the request id that its answer and its error carry: who asked for what, which policies\n" +
    "were asked, which statements decided, and which ones about the action did not apply and why. It needs a key of the\n" +
    "caller's account that may nephoscope:ExplainDecision, such as an administrator's.",
  argument: "REQUEST-ID",
  options: {
    ...CONNECTION_OPTIONS,
    json: { type: "boolean", meaning: "Print JSON" },
  },
  examples: [
    { call: "nephoscope why-denied 5f3c2a1e-0d4b-4f7a-9a53-1c1f6a2b7e10", meaning: "Why this call was denied" },
    { call: "nephoscope why-denied 5f3c2a1e-0d4b-4f7a-9a53-1c1f6a2b7e10 --json", meaning: "For programs" },
  ],
  async run(options, args, { env, now, signal, terminal }) {
    const [requestId, ...more] = args;
    if (requestId === undefined || more.length > 0) throw new UsageError("it takes one request id");
    const { endpoint, region, credential } = readConnection(options, env);
    const calls = signedCalls({ endpoint, region, now, signal });
    const found = await ask(() => calls.json(credential, API, "ExplainDecision", { RequestId: requestId }));
    terminal.out(options.json === true ? `${JSON.stringify(found, undefined, 2)}\n` : show(found));
    return 0;
  },
};

type Found = Readonly<Record<string, unknown>>;

async function ask(call: () => Promise<Found>): Promise<Found> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      const isMissing = error instanceof AnsweredError && error.code === "ResourceNotFoundException";
      if (!isMissing || attempt === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    }
  }
}

const plain = (value: unknown): string => plainText(String(value ?? ""));

const listOf = (value: unknown): readonly Found[] => (Array.isArray(value) ? value.map(recordOf) : []);

const OUTCOMES: Readonly<Record<string, string>> = {
  allowed: "allowed",
  "explicit-deny": "DENIED: a statement denies it",
  "implicit-deny": "DENIED: nothing that has to allow it does",
};

const KINDS: Readonly<Record<string, string>> = {
  identity: "an identity-based policy",
  boundary: "the permissions boundary",
  session: "a session policy",
  resource: "a resource-based policy",
  trust: "the role's trust policy",
};

function show(found: Found): string {
  const rulings = listOf(found.Rulings);
  const failed = found.ErrorCode === undefined ? "succeeded" : `failed with ${plain(found.ErrorCode)}`;
  return [
    `${plain(found.Operation)} (${plain(found.Service)}) at ${plain(found.Time)} ${failed}`,
    ...row("by", found.PrincipalArn),
    ...row("with key", found.AccessKeyId),
    ...row("from", found.SourceIp),
    ...(found.ErrorMessage === undefined ? [] : row("told", found.ErrorMessage)),
    ...(rulings.length === 0
      ? ["", "Nothing was asked of policies: the call needs no permission, or was refused before."]
      : rulings.flatMap(showRuling)),
    "",
  ].join("\n");
}

const row = (name: string, value: unknown): readonly string[] => [`  ${name.padEnd(12)}${plain(value)}`];

function showRuling({ action, resource, outcome, statements, denial }: Found): readonly string[] {
  const note = recordOf(denial);
  const denied = denial !== undefined;
  const decided = listOf(statements);
  const asked = Array.isArray(note.asked) ? note.asked : [];
  const missed = listOf(note.missed);
  const missing = outcome === "implicit-deny" ? `; missing: ${KINDS[String(note.by)] ?? plain(note.by)}` : "";
  return [
    "",
    `${plain(action)} on ${plain(resource)}`,
    ...row("decision", `${OUTCOMES[String(outcome)] ?? plain(outcome)}${missing}`),
    ...decided.flatMap((statement) => row(statement.effect === "Deny" ? "denied by" : "allowed by", nameOf(statement))),
    ...(note.via === undefined ? [] : row("through", note.via)),
    ...(denied && asked.length === 0 ? row("asked", "no policy: the caller has none, nor has the resource") : []),
    ...asked.flatMap((policy, at) => row(at === 0 ? "asked" : "", policy)),
    ...missed.flatMap((statement, at) => [
      ...row(at === 0 ? "nearly" : "", `${plain(statement.effect)} of ${nameOf(statement)}`),
      ...row("", `  wants ${plain(statement.wants)}`),
    ]),
  ];
}

function nameOf({ kind, policy, arn, attachedTo, statement, sid }: Found): string {
  const where = attachedTo === undefined ? "" : ` of ${plain(attachedTo)}`;
  const which = sid === undefined ? `statement ${Number(statement) + 1}` : `statement "${plain(sid)}"`;
  return kind === "other" ? plain(policy) : `${plain(kind)} policy ${plain(arn ?? policy)}${where}, ${which}`;
}
