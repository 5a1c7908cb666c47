/** Drives the AWS CLI's code and boto3 through one long-lived Python process each: driver.py beside this file. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { serviceLine } from "../services.ts";
import { type Fields, isFields, type Value } from "../value.ts";
import { awsEnvironment } from "./aws.ts";
import type { Answer, Call, Client, Failure, Target } from "./client.ts";

/** Enough of a crash to see its cause. */
const KEPT_STDERR = 4_000;

interface Waiter {
  resolve(answer: Fields): void;
  reject(error: Error): void;
}

/** Starts the driver. A crash of the process fails every call that waits for it, with what it wrote to stderr. */
export function openPython(kind: "cli" | "boto3", target: Target): Client {
  const child = spawn("python3", [join(import.meta.dirname, "driver.py"), kind], {
    env: { ...awsEnvironment(target), COMPAT_ENDPOINT: target.endpoint ?? "" },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const waiting = new Map<number, Waiter>();
  let lastId = 0;
  let stderr = "";
  let ended: Error | undefined;
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-KEPT_STDERR);
  });
  const end = (error: Error): void => {
    ended ??= error;
    for (const waiter of waiting.values()) waiter.reject(error);
    waiting.clear();
  };
  child.once("error", (error) => end(new Error(`python3 did not start: ${error.message}`)));
  child.once("close", (code) => end(new Error(`the ${kind} driver ended with ${code}: ${stderr}`)));
  child.stdin.on("error", (error) => end(error));
  createInterface({ input: child.stdout }).on("line", (line) => {
    const answer = JSON.parse(line) as Value;
    if (!isFields(answer)) throw new Error(`the ${kind} driver answered ${line}`);
    const waiter = waiting.get(Number(answer.id));
    waiting.delete(Number(answer.id));
    if (typeof answer.fault === "string") waiter?.reject(new Error(`the ${kind} driver failed: ${answer.fault}`));
    else waiter?.resolve(answer);
  });

  const ask = (request: object): Promise<Answer> =>
    new Promise<Fields>((resolve, reject) => {
      if (ended !== undefined) return reject(ended);
      lastId += 1;
      waiting.set(lastId, { resolve, reject });
      child.stdin.write(`${JSON.stringify({ id: lastId, ...request })}\n`);
    }).then((answer) =>
      answer.ok === true
        ? { ok: true, output: answer.output as Fields }
        : { ok: false, failure: answer.failure as Failure },
    );

  return {
    call: (call: Call) => ask({ do: "call", ...call, service: serviceLine(call.service).python }),
    async tail(call: Call) {
      const opened = await ask({ do: "tail", ...call, service: serviceLine(call.service).python });
      if (!opened.ok) return opened.failure;
      const { tail } = opened.output;
      return {
        async read() {
          const state = await ask({ do: "read", tail });
          if (!state.ok) throw new Error(`the live tail broke: ${state.failure.code}: ${state.failure.message}`);
          return state.output;
        },
        async close() {
          await ask({ do: "shut", tail });
        },
      };
    },
    async close() {
      const closed = once(child, "close");
      child.stdin.end();
      if (child.exitCode === null) await closed;
    },
  };
}
