/** A failure that the engine itself reported. `code` is ClickHouse's number, `codeName` its upper-case name. */
export class EngineError extends Error {
  override name = "EngineError";
  readonly code: number;
  readonly codeName: string;

  constructor(code: number, codeName: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.codeName = codeName;
  }
}

/** The query passed the memory limit of a query or of the whole engine (241). The engine goes on. */
export class MemoryLimit extends EngineError {
  override name = "MemoryLimit";
}

/** The query ran longer than its limit (159, or the client's own deadline). */
export class QueryTimeout extends EngineError {
  override name = "QueryTimeout";
}

/** The query was killed, or its caller's signal was aborted (394). */
export class QueryCancelled extends EngineError {
  override name = "QueryCancelled";
}

/** More rows or bytes than the caller allowed (396). */
export class ResultTooLarge extends EngineError {
  override name = "ResultTooLarge";
}

/** Every running slot and every waiting place is taken (202). Try again later. */
export class TooManyQueries extends EngineError {
  override name = "TooManyQueries";
}

/** The engine cannot be reached: it crashed, is starting, or the network failed. Whether a write arrived is unknown. */
export class EngineUnavailable extends Error {
  override name = "EngineUnavailable";
}

/** The data directory belongs to another live process. */
export class DataDirectoryBusy extends Error {
  override name = "DataDirectoryBusy";
}

const CODE = /Code:\s*(\d+)\.\s*(?:DB::Exception:\s*)?/;
const CODE_NAME = /\(([A-Z][A-Z0-9_]+)\)(?:\s*\(version[^)]*\))?\s*$/;

/** `Code: N. DB::Exception: text (NAME)`, the form in which ClickHouse reports a failure, taken apart. */
export type EngineFailure = { code: number; codeName: string; text: string };

/** Takes ClickHouse's error text apart; `undefined` when the text is not in that form. */
export function parseFailure(message: string): EngineFailure | undefined {
  const code = CODE.exec(message);
  if (code === null) return undefined;
  const rest = message.slice(code.index + code[0].length).trim();
  const named = CODE_NAME.exec(rest);
  return {
    code: Number(code[1]),
    codeName: named?.[1] ?? "UNKNOWN",
    text: named === null ? rest : rest.slice(0, named.index).trim(),
  };
}

/** The typed error for a failure that the engine reported. */
export function engineError({ code, codeName, text }: EngineFailure, options?: ErrorOptions): EngineError {
  switch (code) {
    case 241:
      return new MemoryLimit(code, codeName, text, options);
    case 159:
      return new QueryTimeout(code, codeName, text, options);
    case 394:
    case 734:
      return new QueryCancelled(code, codeName, text, options);
    case 396:
      return new ResultTooLarge(code, codeName, text, options);
    case 202:
      return new TooManyQueries(code, codeName, text, options);
    default:
      return new EngineError(code, codeName, text, options);
  }
}
