import { createHash, randomBytes } from "node:crypto";

/** A new id in AWS's form: a prefix and 17 hexadecimal digits. */
export const newId = (prefix: string): string => `${prefix}-0${randomBytes(8).toString("hex")}`;

/** The id of what is not kept but seen: always the same for the same parts. */
export const idOf = (prefix: string, ...parts: readonly string[]): string =>
  `${prefix}-0${createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16)}`;
