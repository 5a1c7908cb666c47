import {
  type DeliveryRecord,
  type KeptMail,
  type OutboxContent,
  readKeptMail,
  readOutbox,
} from "@nephoscope/server/outbox";
import { type Command, CommandError, text, UsageError } from "../command.ts";
import { DATA_OPTION, dataDirectory } from "../connection/data-directory.ts";
import { plainText } from "../plain-text.ts";

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 1_000;

export const outbox: Command = {
  about:
    "Shows what a server on this machine sent or could not send: mails that were kept because no mail server is set, deliveries\n" +
    "of notifications that wait for another try, and those that were given up. The server may run meanwhile.",
  options: {
    data: DATA_OPTION,
    limit: { type: "string", value: "N", meaning: "At most so many of each kind", default: String(DEFAULT_LIMIT) },
    mail: { type: "string", value: "ID", meaning: "Print this mail whole, as it would have gone out" },
    json: { type: "boolean", meaning: "Print JSON" },
  },
  examples: [
    { call: "nephoscope outbox", meaning: "The newest mails, and what waits or failed" },
    { call: "nephoscope outbox --mail 3 > mail.eml", meaning: "One mail, for a mail program" },
    { call: "nephoscope outbox --json --limit 100", meaning: "For programs" },
  ],
  async run(options, _args, { terminal, env }) {
    const data = dataDirectory(options, env);
    const mail = text(options, "mail");
    if (mail !== undefined) {
      const source = readKeptMail(data, whole(mail, "mail", Number.MAX_SAFE_INTEGER));
      if (source === undefined) throw new CommandError(`${data} keeps no mail ${mail}: see nephoscope outbox`);
      terminal.out(source.toString("utf8"));
      return 0;
    }
    const limit = whole(text(options, "limit") ?? String(DEFAULT_LIMIT), "limit", MAX_LIMIT);
    const content = readOutbox(data, limit);
    if (content === undefined) {
      throw new CommandError(`${data} has no outbox: start the server first, or name its directory with --data`);
    }
    terminal.out(options.json === true ? `${JSON.stringify(content, undefined, 2)}\n` : show(content));
    return 0;
  },
};

function whole(value: string, name: string, max: number): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > max) {
    throw new UsageError(`--${name} must be a whole number from 1 to ${max}`);
  }
  return number;
}

const timeOf = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");

function show({ mails, waiting, givenUp }: OutboxContent): string {
  return [
    section("Mails kept, newest first (no mail server is set)", mails.map(mailLine)),
    section("Deliveries that wait", waiting.map(deliveryLine)),
    section("Deliveries given up, newest first", givenUp.map(deliveryLine)),
  ].join("\n");
}

const section = (title: string, lines: readonly string[]): string =>
  `${title}:\n${lines.length === 0 ? "  none\n" : lines.map((line) => `  ${line}\n`).join("")}`;

const mailLine = ({ id, at, to, subject }: KeptMail): string =>
  `${id}  ${timeOf(at)}  ${plainText(to)}  ${plainText(subject)}`;

function deliveryLine({ lane, messageId, attempts, dueAt, givenUpAt, lastError }: DeliveryRecord): string {
  const when = givenUpAt === undefined ? `next try ${timeOf(dueAt)}` : `given up ${timeOf(givenUpAt)}`;
  const error = lastError === undefined ? "" : `: ${plainText(lastError)}`;
  return `${plainText(lane)}  ${messageId}  ${when}, ${attempts} failed${error}`;
}
