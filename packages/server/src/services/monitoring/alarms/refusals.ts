import { WireFailure } from "@nephoscope/wire";

/** The name that CloudWatch gives to input that breaks a rule, in every protocol. */
export function validationError(message: string): WireFailure {
  return new WireFailure("ValidationError", message);
}

/** A known form of an alarm that this server cannot evaluate or act on. */
export function unsupported(what: string): WireFailure {
  return new WireFailure("ValidationError", `${what} Nephoscope does not support this yet.`);
}
