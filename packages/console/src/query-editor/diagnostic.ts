import type { Diagnostic } from "@codemirror/lint";

/** A fault of a text, with its place. */
export interface Fault {
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

/** A mark needs a character to stand under: the one before, where the fault is at the end. */
export function diagnosticOf({ start, end, message }: Fault, length: number): Diagnostic {
  const to = Math.min(Math.max(end, start + 1), length);
  const from = Math.max(0, Math.min(start, to - 1));
  return { from, to, severity: "error", message };
}
