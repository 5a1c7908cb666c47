import { type OptionLine, type OptionValues, type Surroundings, text, UsageError } from "../command.ts";
import { type FoundCredential, findCredential } from "./credential.ts";
import { DATA_OPTION, dataDirectory } from "./data-directory.ts";

/** Where `nephoscope serve` listens unless it is told otherwise. */
const DEFAULT_LISTEN = "127.0.0.1:4580";

/** The options of commands that call a server. */
export const CONNECTION_OPTIONS = {
  endpoint: {
    type: "string",
    value: "URL",
    meaning: "The server [AWS_ENDPOINT_URL, NEPHOSCOPE_LISTEN]",
    default: `http://${DEFAULT_LISTEN}`,
  },
  region: { type: "string", value: "NAME", meaning: "Region [AWS_REGION]", default: "us-east-1" },
  "access-key-id": {
    type: "string",
    value: "ID",
    meaning: "Credential [AWS_ACCESS_KEY_ID], or the server's own key on its machine",
  },
  "secret-access-key": {
    type: "string",
    value: "SECRET",
    meaning: "Its secret; better given as AWS_SECRET_ACCESS_KEY",
  },
  data: DATA_OPTION,
} as const satisfies Readonly<Record<string, OptionLine>>;

/** Which server is called, and who calls. */
export interface Connection extends FoundCredential {
  /** A URL with http or https, without a slash at its end. */
  readonly endpoint: string;
  readonly region: string;
}

/** Reads `CONNECTION_OPTIONS`. Throws `UsageError` and `CommandError` that say what is missing. */
export const readConnection = (options: OptionValues, env: Surroundings["env"]): Connection => ({
  ...readPlace(options, env),
  ...findCredential({
    accessKeyId: text(options, "access-key-id"),
    secretAccessKey: text(options, "secret-access-key"),
    env,
    data: dataDirectory(options, env),
  }),
});

/** The part of a connection that tells nothing of who calls. */
export function readPlace(options: OptionValues, env: Surroundings["env"]): Pick<Connection, "endpoint" | "region"> {
  const endpoint =
    text(options, "endpoint") ?? (env.AWS_ENDPOINT_URL || `http://${env.NEPHOSCOPE_LISTEN || DEFAULT_LISTEN}`);
  if (!/^https?:\/\//.test(endpoint) || !URL.canParse(endpoint)) {
    throw new UsageError(`the endpoint is a URL such as http://${DEFAULT_LISTEN}, not "${endpoint}"`);
  }
  const region = text(options, "region") ?? (env.AWS_REGION || env.AWS_DEFAULT_REGION || "us-east-1");
  return { endpoint: endpoint.replace(/\/$/, ""), region };
}
