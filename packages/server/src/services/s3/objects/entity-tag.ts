import { randomBytes } from "node:crypto";
import { type ObjectEncryption, tagIsMd5 } from "../encryption/object-encryption.ts";

/** An MD5's length, so that clients take it for what it looks like and, told of the encryption, don't compare it. */
const TAG_BYTES = 16;

/** The entity tag of an object or part that came in one piece. */
export const entityTag = (md5: Buffer, encryption: ObjectEncryption | undefined): string =>
  (tagIsMd5(encryption) ? md5 : randomBytes(TAG_BYTES)).toString("hex");
