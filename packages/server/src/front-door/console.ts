import type { IncomingMessage, ServerResponse } from "node:http";
import type { WireSession } from "@nephoscope/wire";
import type { Jobs } from "../platform/jobs/jobs.ts";
import type { State } from "../platform/state/state.ts";
import { consoleFiles } from "./console-files.ts";
import { type ConsoleSessionsOptions, consoleSessions, SESSION_PATH } from "./console-sessions.ts";
import { createPage } from "./page.ts";
import { openSessions } from "./sessions.ts";

/** The web console as the front door sees it: its files, its sessions, and who calls in one. */
export interface Console {
  /** Answers what is no API call. */
  answer(request: IncomingMessage, response: ServerResponse): void;
  /** The calls of its pages, which have no signature. */
  readonly calls: WireSession;
  /** The secret of a link that lets somebody on this machine in once, as the holder of the key. */
  issueLink(accessKeyId: string): string;
}

export interface ConsoleOptions extends Omit<ConsoleSessionsOptions, "sessions"> {
  /** The folder of the console's build; without one the page says how to go on with AWS's clients. */
  readonly files: string | undefined;
  readonly state: State;
  readonly jobs: Jobs;
}

/** Sessions that are over harm nobody, so they may lie a while. */
const SWEEP_MS = 3_600_000;

export function createConsole(options: ConsoleOptions): Console {
  const { state, clock, log, jobs, region } = options;
  const sessions = openSessions({ state, clock, log });
  jobs.every("console-sessions", SWEEP_MS, () => sessions.sweep());
  const door = consoleSessions({ ...options, sessions });
  const files = options.files === undefined ? undefined : consoleFiles(options.files);
  const page = createPage({ region });
  return {
    answer(request, response) {
      if (request.url?.split("?")[0] === SESSION_PATH) door.answer(request, response);
      else if (files?.takes(request)) files.answer(request, response);
      else page(request, response);
    },
    calls: door.calls,
    issueLink: (accessKeyId) => door.link.issue({ accessKeyId }),
  };
}
