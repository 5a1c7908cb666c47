import { refusal } from "../failures.ts";

/** S3 user guide, "Naming Amazon S3 objects". */
const MAX_KEY_BYTES = 1_024;

export function checkKey(key: string): string {
  if (Buffer.byteLength(key, "utf8") > MAX_KEY_BYTES) throw refusal("KeyTooLongError", "Your key is too long");
  return key;
}
