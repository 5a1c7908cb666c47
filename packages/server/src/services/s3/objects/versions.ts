import type { Bucket } from "../buckets/bucket.ts";
import { refusal } from "../failures.ts";
import type { ObjectIndex, Place } from "../store/object-index.ts";
import type { StoredObject } from "../store/stored-object.ts";

/** The version's id, told where the bucket has or had versions. */
export const versionMember = (bucket: Bucket, object: StoredObject): { VersionId?: string } =>
  bucket.versioning === "Off" ? {} : { VersionId: object.version };

/**
 * The object that a reading call names. Throws when there is none; a delete marker is none, and S3 tells of it in headers
 * that an error cannot have here.
 */
export function findObject(index: ObjectIndex, place: Place, version: string | undefined): StoredObject {
  if (version === undefined) {
    const found = index.latest(place);
    if (!found || found.marker) throw refusal("NoSuchKey", "The specified key does not exist.");
    return found;
  }
  const found = index.version(place, version);
  if (!found) throw refusal("NoSuchVersion", "The specified version does not exist.");
  if (found.marker) throw refusal("MethodNotAllowed", "The specified method is not allowed against this resource.");
  return found;
}
