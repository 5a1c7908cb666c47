import { refusal } from "../failures.ts";
import type { Check } from "../store/object-index.ts";
import type { StoredObject } from "../store/stored-object.ts";

/** Headers by which a call asks for a state that the object must have. */
export interface Conditions {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
  readonly IfModifiedSince?: Date | undefined;
  readonly IfUnmodifiedSince?: Date | undefined;
}

const named = (list: string, etag: string): boolean =>
  list.split(",").some((item) => {
    const name = item
      .trim()
      .replace(/^W\//, "")
      .replace(/^"(.*)"$/, "$1");
    return name === "*" || name === etag;
  });

/** HTTP dates have whole seconds. */
const seconds = (ms: number): number => Math.floor(ms / 1000);

const failed = (condition: string) =>
  refusal("PreconditionFailed", `At least one of the pre-conditions you specified did not hold: ${condition}`);

/** The order in which RFC 9110 (13.2.2) looks at the conditions of a read, which is also S3's. */
export function checkRead(object: StoredObject, by: Conditions): void {
  if (by.IfMatch !== undefined) {
    if (!named(by.IfMatch, object.etag)) throw failed("If-Match");
  } else if (by.IfUnmodifiedSince !== undefined && seconds(object.modified) > seconds(by.IfUnmodifiedSince.getTime())) {
    throw failed("If-Unmodified-Since");
  }
  if (by.IfNoneMatch !== undefined) {
    if (named(by.IfNoneMatch, object.etag)) throw refusal("NotModified", "Not Modified");
  } else if (by.IfModifiedSince !== undefined && seconds(object.modified) <= seconds(by.IfModifiedSince.getTime())) {
    throw refusal("NotModified", "Not Modified");
  }
}

/**
 * Conditions of a write: the key must be new, or have the content that the caller knows (S3 user guide, "Conditional requests").
 * Undefined where there are none.
 */
export function writeCheck(by: Conditions): Check {
  if (by.IfMatch === undefined && by.IfNoneMatch === undefined) return undefined;
  return (current) => checkWrite(current, by);
}

function checkWrite(current: StoredObject | undefined, by: Conditions): void {
  const object = current?.marker === true ? undefined : current;
  if (by.IfNoneMatch !== undefined && by.IfNoneMatch !== "*")
    throw refusal(
      "NotImplemented",
      "A header you provided implies functionality that is not implemented: If-None-Match takes only *.",
    );
  if (by.IfNoneMatch === "*" && object) throw failed("If-None-Match");
  if (by.IfMatch === undefined) return;
  if (!object) throw refusal("NoSuchKey", "The specified key does not exist.");
  if (!named(by.IfMatch, object.etag)) throw failed("If-Match");
}
