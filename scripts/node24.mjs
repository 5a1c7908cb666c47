// Runs a TypeScript program on Node 24, the version that strips types without a flag and that npm installs here.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const WANTED = 24;

/**
 * @param {string} root the repository
 * @returns {string | undefined} a Node of the wanted version: this one, or the one npm installed; undefined when there is none
 */
export function findNode(root) {
  if (Number(process.versions.node.split(".")[0]) >= WANTED) return process.execPath;
  const installed = join(root, "node_modules", ".bin", "node");
  return existsSync(installed) ? installed : undefined;
}

/** @returns {string} what to do when `findNode` found none */
export function noNode() {
  return (
    `nephoscope: Node.js ${WANTED} is needed; this is ${process.versions.node}, and npm has no Node for ` +
    `${process.platform}-${process.arch} among this project's packages.\n` +
    `  Install Node.js ${WANTED} or later from https://nodejs.org and try again.`
  );
}

/**
 * Runs a program on Node 24 and takes over its end. On Node 24 it is loaded into this very process, so that no wrapper
 * stays in memory beside a server; on an older one a child runs it, with our terminal, and its signals and exit code pass.
 * @param {string} root the repository
 * @param {string} program path of the program
 * @param {string[]} args its arguments
 */
export async function runProgram(root, program, args) {
  const node = findNode(root);
  if (node === undefined) {
    console.error(noNode());
    process.exitCode = 1;
    return;
  }
  if (node === process.execPath) {
    process.argv = [process.execPath, program, ...args];
    await import(pathToFileURL(program).href);
    return;
  }
  process.exitCode = await runChild(node, [program, ...args]);
}

/**
 * Runs a command in the foreground: terminal shared, SIGINT, SIGTERM and SIGHUP passed on.
 * @param {string} command
 * @param {string[]} args
 * @param {import("node:child_process").SpawnOptions} [options]
 * @returns {Promise<number>} its exit code; 128 + the number of the signal that ended it, as a shell says
 */
export function runChild(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: "inherit", ...options });
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
    const pass = (signal) => child.kill(signal);
    for (const signal of signals) process.on(signal, pass);
    const end = (code) => {
      for (const signal of signals) process.off(signal, pass);
      resolve(code);
    };
    child.on("error", (error) => {
      console.error(`nephoscope: ${command} could not be started: ${error.message}`);
      end(1);
    });
    child.on("exit", (code, signal) => end(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}
