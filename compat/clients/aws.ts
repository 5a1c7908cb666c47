/** Drives the AWS CLI as people do: the `aws` program, a process for each call. */

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serviceLine } from "../services.ts";
import type { Fields } from "../value.ts";
import { type Answer, type Call, type Client, type Target, tokenOf } from "./client.ts";

/** A page of 10,000 events is a few megabytes of printed JSON. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/**
 * The configuration every Python client of a run reads. Their own checks are off: the scenarios ask what the server
 * says to a bad request, and a client that refuses it first would hide that.
 */
const CONFIG = "[default]\nparameter_validation = false\n";

let configFile: string | undefined;

function writeConfig(): string {
  if (configFile === undefined) {
    const folder = mkdtempSync(join(tmpdir(), "nephoscope-compat-"));
    configFile = join(folder, "config");
    writeFileSync(configFile, CONFIG);
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  }
  return configFile;
}

/** The environment for a client in a process of its own: the target's, and nothing of the user's own AWS settings. */
export function awsEnvironment(target: Target): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_"));
  return {
    ...Object.fromEntries(own),
    AWS_ACCESS_KEY_ID: target.keyId,
    AWS_SECRET_ACCESS_KEY: target.secret,
    ...(target.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: target.sessionToken }),
    AWS_DEFAULT_REGION: target.region,
    AWS_CONFIG_FILE: writeConfig(),
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_MAX_ATTEMPTS: "1",
    AWS_PAGER: "",
    AWS_EC2_METADATA_DISABLED: "true",
    PYTHONWARNINGS: "ignore",
  };
}

const ERROR =
  /^\s*(?:aws: \[ERROR\]: )?An error occurred \((?<code>.*?)\) when calling the \w+ operation(?: \(reached max retries: \d+\))?: (?<message>.*?)\n*$/s;

function words(target: Target, call: Call): string[] {
  const command = call.operation.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
  const { python, cli } = serviceLine(call.service);
  return [
    ...[cli ?? python, command, "--cli-input-json", JSON.stringify(call.input), "--output", "json"],
    ...(call.pages === undefined ? ["--no-paginate"] : ["--page-size", String(call.pages)]),
    ...(target.endpoint === undefined ? [] : ["--endpoint-url", target.endpoint]),
    ...(call.identity === "nobody" ? ["--no-sign-request"] : []),
  ];
}

export function openAws(target: Target): Client {
  return {
    call(call: Call): Promise<Answer> {
      if (Object.keys(call.headers).length > 0) throw new Error("the aws program cannot set headers");
      const other = call.identity === "nobody" || call.identity === undefined ? target : call.identity;
      const env = awsEnvironment({
        ...target,
        keyId: other.keyId ?? target.keyId,
        secret: other.secret ?? target.secret,
        sessionToken: tokenOf(target, call.identity),
      });
      return new Promise((resolve) => {
        execFile("aws", words(target, call), { env, maxBuffer: MAX_OUTPUT_BYTES }, (error, stdout, stderr) => {
          if (error === null) {
            resolve({ ok: true, output: JSON.parse(stdout === "" ? "{}" : stdout) as Fields });
            return;
          }
          const { code = "Client:aws", message = stderr || error.message } = ERROR.exec(stderr)?.groups ?? {};
          resolve({ ok: false, failure: { code, message } });
        });
      });
    },
    async tail() {
      return { code: "Client:aws", message: "the aws program has no live tail that can be driven" };
    },
    async close() {},
  };
}
