import { randomBytes } from "node:crypto";
import type { Acl } from "../access/acl.ts";
import type { ObjectEncryption } from "../encryption/object-encryption.ts";
import { refusal } from "../failures.ts";
import type { Check, Done, ObjectIndex, Place } from "../store/object-index.ts";
import type { Payload } from "../store/payloads.ts";
import type { Attributes, Checksum, NewObject, Piece, StoredObject, Versioning } from "../store/stored-object.ts";

/** Uploads in parts that are under way, in the index's file: completing one is one transaction with the object's entry. */
export const UPLOADS_SCHEMA = `
  CREATE TABLE IF NOT EXISTS uploads (
    id TEXT PRIMARY KEY, bucket INTEGER NOT NULL, key BLOB NOT NULL, started INTEGER NOT NULL, detail TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS uploads_order ON uploads (bucket, key, started, id);
  CREATE TABLE IF NOT EXISTS parts (
    upload TEXT NOT NULL, number INTEGER NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL, modified INTEGER NOT NULL,
    detail TEXT NOT NULL, PRIMARY KEY (upload, number)
  ) WITHOUT ROWID;
`;

interface UploadDetail {
  readonly attributes: Attributes;
  /** What the parts' checksums are made with, and whether the object's is of the whole or of the parts' checksums. */
  readonly checksum: Pick<Checksum, "algorithm" | "type"> | undefined;
  /** Absent for uploads from the time when none were encrypted. */
  readonly encryption?: ObjectEncryption | undefined;
  readonly acl?: Acl | undefined;
}

export interface Upload extends UploadDetail, Place {
  readonly id: string;
  readonly started: number;
}

export interface Part {
  readonly number: number;
  readonly size: number;
  /** MD5 in hex. */
  readonly etag: string;
  readonly modified: number;
  readonly checksum: Checksum | undefined;
  readonly pieces: readonly Piece[];
}

export type Uploads = ReturnType<typeof openUploads>;

const noSuchUpload = () =>
  refusal(
    "NoSuchUpload",
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
  );

export function openUploads(index: ObjectIndex) {
  const { tables, within } = index;
  const { db } = tables;
  const insert = db.prepare("INSERT INTO uploads VALUES (?, ?, ?, ?, ?)");
  const select = db.prepare("SELECT * FROM uploads WHERE id = ?");
  const remove = db.prepare("DELETE FROM uploads WHERE id = ?");
  const anyInBucket = db.prepare("SELECT 1 FROM uploads WHERE bucket = ? LIMIT 1");
  const selectInOrder = db.prepare(
    "SELECT * FROM uploads WHERE bucket = ? AND key >= ? AND key < ? ORDER BY key, started, id LIMIT ?",
  );
  const selectOld = db.prepare("SELECT * FROM uploads WHERE bucket = ? AND started < ? LIMIT ?");
  const putPart = db.prepare("INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?, ?, ?)");
  const selectPart = db.prepare("SELECT * FROM parts WHERE upload = ? AND number = ?");
  const selectParts = db.prepare("SELECT * FROM parts WHERE upload = ? AND number > ? ORDER BY number LIMIT ?");
  const selectPartSizes = db.prepare("SELECT bucket, size FROM parts JOIN uploads ON uploads.id = parts.upload");
  const removeParts = db.prepare("DELETE FROM parts WHERE upload = ?");

  const find = (place: Place, id: string): Upload => {
    const upload = toUpload(select.get(id));
    if (upload === undefined || upload.bucket !== place.bucket || upload.key !== place.key) throw noSuchUpload();
    return upload;
  };
  const partsOf = (id: string, after: number, limit: number) => selectParts.all(id, after, limit).map(toPart);
  const end = (id: string) => {
    remove.run(id);
    removeParts.run(id);
  };

  return {
    /** Throws when there is no such upload of this key. */
    find,
    partsOf,
    isEmpty: (bucket: number): boolean => anyInBucket.get(bucket) === undefined,
    start: (place: Place, detail: UploadDetail, now: number): Promise<string> =>
      tables.write(() => {
        const id = randomBytes(48).toString("base64url");
        insert.run(id, place.bucket, Buffer.from(place.key), now, JSON.stringify(detail));
        return id;
      }),
    /** A part of the same number is replaced. */
    addPart: (place: Place, id: string, part: Omit<Part, "pieces"> & { readonly payload: Payload }): Promise<void> =>
      tables.write(() => {
        find(place, id);
        const old = selectPart.get(id, part.number);
        if (old) within.release(toPart(old).pieces);
        const pieces = within.keepPayload(part.payload);
        const detail = JSON.stringify({ checksum: part.checksum, pieces } satisfies Pick<Part, "checksum" | "pieces">);
        putPart.run(id, part.number, part.size, part.etag, part.modified, detail);
      }),
    /**
     * Makes the object, whose pieces are parts of this upload, in one step with the end of the upload. Parts that it does not
     * have are removed. Throws when a part was replaced since it was read.
     */
    complete: (
      place: Place,
      versioning: Versioning,
      id: string,
      { pieces, ...object }: NewObject,
      check: Check,
      done: Done = () => {},
    ): Promise<StoredObject> =>
      tables.write(() => {
        find(place, id);
        check?.(index.latest(place));
        const wanted = new Set(pieces.map(nameOf));
        const stored = partsOf(id, 0, MAX_PARTS).flatMap((part) => part.pieces);
        const unused = stored.filter((piece) => !wanted.has(nameOf(piece)));
        if (stored.length - unused.length !== wanted.size)
          throw refusal("InvalidPart", "A part was uploaded again while the upload was completed. Please try again.");
        within.release(unused);
        end(id);
        const made = within.addObject(place, versioning, { ...object, payload: pieces });
        done(made);
        return made;
      }),
    abort: (place: Place, id: string): Promise<void> =>
      tables.write(() => {
        find(place, id);
        for (const part of partsOf(id, 0, MAX_PARTS)) within.release(part.pieces);
        end(id);
      }),
    inOrder: (bucket: number, from: Buffer, before: Buffer, limit: number): (Upload & { readonly bytes: Buffer })[] =>
      selectInOrder.all(bucket, from, before, limit).flatMap((row) => {
        const upload = toUpload(row);
        return upload ? [{ ...upload, bytes: Buffer.from(upload.key) }] : [];
      }),
    /** Sizes of parts whose upload is not completed. */
    partSizes: (): { bucket: number; size: number }[] =>
      selectPartSizes.all().map((row) => ({ bucket: Number(row.bucket), size: Number(row.size) })),
    startedBefore: (bucket: number, time: number, limit: number): Upload[] =>
      selectOld.all(bucket, time, limit).flatMap((row) => toUpload(row) ?? []),
  };
}

/** S3 user guide, "Amazon S3 multipart upload limits". */
export const MAX_PARTS = 10_000;

const nameOf = (piece: Piece): string => ("blob" in piece ? piece.blob : `inline ${piece.inline}`);

function toUpload(row: Record<string, unknown> | undefined): Upload | undefined {
  if (row === undefined) return undefined;
  const detail = JSON.parse(String(row.detail)) as UploadDetail;
  const key = row.key instanceof Uint8Array ? Buffer.from(row.key).toString("utf8") : "";
  return { id: String(row.id), bucket: Number(row.bucket), key, started: Number(row.started), ...detail };
}

function toPart(row: Record<string, unknown>): Part {
  const detail = JSON.parse(String(row.detail)) as Pick<Part, "checksum" | "pieces">;
  return {
    number: Number(row.number),
    size: Number(row.size),
    etag: String(row.etag),
    modified: Number(row.modified),
    checksum: detail.checksum,
    pieces: detail.pieces,
  };
}
