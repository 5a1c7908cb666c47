import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { LoadOrder, LoadReport } from "./generator.ts";

/** Runs the load generator as a process of its own and returns its report. */
export function generateLoad(order: LoadOrder): Promise<LoadReport> {
  const child = fork(fileURLToPath(new URL("./generator.ts", import.meta.url)));
  return new Promise((resolve, reject) => {
    child.on("message", (report: LoadReport) => resolve(report));
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`The load generator ended with ${code} before its report`)));
    child.send(order);
  });
}
