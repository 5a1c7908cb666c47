import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { runningProcess } from "../daemon/agent-process.ts";
import { agentPaths } from "../daemon/settings.ts";

/** What EC2's MonitorInstances said of this host: metrics by the minute instead of every five. */
const fileIn = (home: string): string => join(home, "state", "detailed-monitoring");

export function readDetailedMonitoring(home: string): boolean {
  try {
    return readFileSync(fileIn(home), "utf8").trim() === "true";
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
}

/** Notes it, and has the agent that collects take it when it is another than before. */
export function setDetailedMonitoring(home: string, detailed: boolean): void {
  if (readDetailedMonitoring(home) === detailed) return;
  mkdirSync(dirname(fileIn(home)), { recursive: true });
  writeFileSync(fileIn(home), String(detailed));
  const collecting = runningProcess(agentPaths(home));
  if (collecting !== undefined) process.kill(collecting.pid, "SIGHUP");
}
