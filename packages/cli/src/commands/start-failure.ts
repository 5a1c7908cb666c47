import {
  DataDirectoryBusy,
  diskFault,
  EngineUnavailable,
  MigrationRefused,
  NewerFormat,
  RootKeyError,
  type Settings,
} from "@nephoscope/server";
import { CommandError } from "../command.ts";

/** What a person is told of a start that failed: what happened, where, and what to do. Faults of our own stay as they are, with their stack. */
export function startFailure(error: unknown, settings: Settings): unknown {
  const { data, clickhouseUrl } = settings;
  const listen = `${settings.listen.host}:${settings.listen.port}`;
  if (!(error instanceof Error)) return error;
  if (error instanceof DataDirectoryBusy || error instanceof NewerFormat || error instanceof MigrationRefused) {
    return new CommandError(error.message);
  }
  if (error instanceof RootKeyError) return new CommandError(`${error.message}.`);
  if (error instanceof EngineUnavailable) {
    const cause = error.cause instanceof Error ? ` (${error.cause.message})` : "";
    const hint =
      clickhouseUrl === undefined
        ? ""
        : " Is the ClickHouse of --clickhouse-url running, and may this machine reach it?";
    return new CommandError(`${error.message}${cause}.${hint}`);
  }
  const fault = diskFault(error);
  if (fault !== undefined) return new CommandError(`${fault} Make room where the data directory is: ${data}.`);
  const { code, syscall, path, errcode, errstr } = systemError(error);
  if (code === "ERR_SQLITE_ERROR" && DAMAGED.has(Number(errcode))) {
    return new CommandError(
      `a database of the data directory ${data} is damaged (${errstr}). Put back a copy of the whole directory, or choose another with --data.`,
    );
  }
  if (code === "EADDRINUSE") {
    return new CommandError(
      `the address ${listen} is in use already, perhaps by another Nephoscope. Choose another with --listen, or stop that one.`,
    );
  }
  if (syscall === "listen" || syscall === "getaddrinfo") {
    return new CommandError(
      `can't listen on ${listen} (${code}). Choose an address of this machine, and a port that this user may open, with --listen.`,
    );
  }
  if (typeof code === "string" && typeof path === "string") {
    return new CommandError(
      `${path} can't be used (${code}: ${syscall}). The data directory must be one that this user may write; choose it with --data.`,
    );
  }
  return error;
}

/** SQLite's result codes for a file that is damaged, and for one that is no database. */
const DAMAGED: ReadonlySet<number> = new Set([11, 26]);

/** The members that Node's errors have beside the message. */
const systemError = (error: Error): Readonly<Record<string, unknown>> => ({ ...error });
