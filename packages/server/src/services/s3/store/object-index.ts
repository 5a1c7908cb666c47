import { randomBytes } from "node:crypto";
import type { DurableTables } from "../../../platform/sqlite/durable-tables.ts";
import type { Payload } from "./payloads.ts";
import type { NewObject, Piece, StoredObject, Versioning } from "./stored-object.ts";

/**
 * The index of all buckets. Keys are blobs, so that they sort by their UTF-8 bytes, as S3 lists them, and may hold any
 * character. `live` has just what a listing shows, so that a page costs no more in a bucket of a million keys.
 */
export const INDEX_SCHEMA = `
  CREATE TABLE IF NOT EXISTS objects (
    id INTEGER PRIMARY KEY AUTOINCREMENT, bucket INTEGER NOT NULL, key BLOB NOT NULL, version TEXT NOT NULL,
    latest INTEGER NOT NULL, marker INTEGER NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL, modified INTEGER NOT NULL,
    detail TEXT NOT NULL
  );
  CREATE UNIQUE INDEX IF NOT EXISTS objects_version ON objects (bucket, key, version);
  CREATE INDEX IF NOT EXISTS objects_order ON objects (bucket, key, id);
  CREATE UNIQUE INDEX IF NOT EXISTS objects_latest ON objects (bucket, key) WHERE latest = 1;
  CREATE INDEX IF NOT EXISTS objects_live ON objects (bucket, key) WHERE latest = 1 AND marker = 0;
  CREATE TABLE IF NOT EXISTS contents (id INTEGER PRIMARY KEY AUTOINCREMENT, body BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS used_blobs (blob TEXT PRIMARY KEY) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS garbage (blob TEXT PRIMARY KEY) WITHOUT ROWID;
`;

/** A payload that is stored with the index entry, in the same transaction; otherwise its pieces exist already. */
export interface Writing extends Omit<NewObject, "pieces"> {
  readonly payload: Payload;
}

export type ObjectIndex = ReturnType<typeof openObjectIndex>;

/** What identifies an object among all. */
export interface Place {
  /** The bucket's number. */
  readonly bucket: number;
  readonly key: string;
}

export interface Listed {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly modified: number;
}

const MARKER: NewObject = {
  size: 0,
  etag: "",
  modified: 0,
  attributes: { metadata: {}, tags: {} },
  checksum: undefined,
  pieces: [],
  multipart: false,
};

/** Sees, within a write, what the key has now, and throws what refuses the write. Undefined where nothing could. */
export type Check = ((current: StoredObject | undefined) => void) | undefined;

/** Told, within the write, what was written or removed; what it writes itself is part of the write. */
export type Done = (object: StoredObject) => void;

/** Reads are of what is committed; writes resolve when they are fsynced. */
export function openObjectIndex(tables: DurableTables) {
  const { db } = tables;
  const columns = "id, key, version, latest, marker, size, etag, modified, detail";
  const insert = db.prepare(
    "INSERT INTO objects (bucket, key, version, latest, marker, size, etag, modified, detail) VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?)",
  );
  const insertContent = db.prepare("INSERT INTO contents (body) VALUES (?)");
  const selectContent = db.prepare("SELECT body FROM contents WHERE id = ?");
  const removeContent = db.prepare("DELETE FROM contents WHERE id = ?");
  const insertUsed = db.prepare("INSERT OR IGNORE INTO used_blobs VALUES (?)");
  const removeUsed = db.prepare("DELETE FROM used_blobs WHERE blob = ?");
  const selectUsed = db.prepare("SELECT 1 FROM used_blobs WHERE blob = ?");
  const insertGarbage = db.prepare("INSERT OR IGNORE INTO garbage VALUES (?)");
  const selectGarbage = db.prepare("SELECT blob FROM garbage LIMIT ?");
  const removeGarbage = db.prepare("DELETE FROM garbage WHERE blob = ?");
  const selectLatest = db.prepare(`SELECT ${columns} FROM objects WHERE bucket = ? AND key = ? AND latest = 1`);
  const selectVersion = db.prepare(`SELECT ${columns} FROM objects WHERE bucket = ? AND key = ? AND version = ?`);
  const retire = db.prepare("UPDATE objects SET latest = 0 WHERE bucket = ? AND key = ? AND latest = 1");
  const promote = db.prepare(
    "UPDATE objects SET latest = 1 WHERE id = (SELECT max(id) FROM objects WHERE bucket = ? AND key = ?)",
  );
  const removeRow = db.prepare("DELETE FROM objects WHERE id = ?");
  const setDetail = db.prepare("UPDATE objects SET detail = ? WHERE id = ?");
  const anyInBucket = db.prepare("SELECT 1 FROM objects WHERE bucket = ? LIMIT 1");
  const selectLive = db.prepare(
    `SELECT key, size, etag, modified FROM objects INDEXED BY objects_live
     WHERE bucket = ? AND latest = 1 AND marker = 0 AND key >= ? AND key < ? ORDER BY key LIMIT ?`,
  );
  const selectVersions = db.prepare(
    `SELECT ${columns} FROM objects INDEXED BY objects_order WHERE bucket = ? AND key >= ? AND key < ? ORDER BY key, id DESC LIMIT ?`,
  );

  const selectOlder = db.prepare(
    `SELECT ${columns} FROM objects WHERE bucket = ? AND key = ? AND id < ? ORDER BY id DESC LIMIT ?`,
  );

  const selectSizes = db.prepare("SELECT id, bucket, size FROM objects WHERE id > ? ORDER BY id LIMIT ?");

  const bytes = (key: string) => Buffer.from(key, "utf8");
  const latest = ({ bucket, key }: Place) => toObject(selectLatest.get(bucket, bytes(key)));
  const version = ({ bucket, key }: Place, id: string) => toObject(selectVersion.get(bucket, bytes(key), id));

  /** Within a write. */
  const release = (pieces: readonly Piece[]) => {
    for (const piece of pieces) {
      if ("inline" in piece) removeContent.run(piece.inline);
      else {
        removeUsed.run(piece.blob);
        insertGarbage.run(piece.blob);
      }
    }
  };
  const removeObject = (object: StoredObject) => {
    removeRow.run(object.id);
    release(object.pieces);
  };
  const add = (place: Place, version: string, object: NewObject, marker: boolean): StoredObject => {
    const { lastInsertRowid } = insert.run(
      place.bucket,
      bytes(place.key),
      version,
      marker ? 1 : 0,
      object.size,
      object.etag,
      object.modified,
      detailOf(object),
    );
    return { ...object, id: Number(lastInsertRowid), key: place.key, version, latest: true, marker };
  };
  /** Takes the key's latest version out of the way of a new one, and gives that one's name. */
  const makeRoom = (place: Place, versioning: Versioning) => {
    if (versioning !== "Enabled") {
      const old = version(place, "null");
      if (old) removeObject(old);
    }
    // A bucket that never had versions has no other than the one that just went.
    if (versioning !== "Off") retire.run(place.bucket, bytes(place.key));
    return versioning === "Enabled" ? randomBytes(24).toString("base64url") : "null";
  };
  const useBlobs = (pieces: readonly Piece[]) => {
    for (const piece of pieces) if ("blob" in piece) insertUsed.run(piece.blob);
  };
  const keepPayload = (payload: Payload): readonly Piece[] => {
    if (!("bytes" in payload)) {
      useBlobs(payload);
      return payload;
    }
    const { bytes: body, size, salt } = payload;
    return [{ inline: Number(insertContent.run(body).lastInsertRowid), size, salt }];
  };
  const addObject = (place: Place, versioning: Versioning, { payload, ...rest }: Writing): StoredObject => {
    const id = makeRoom(place, versioning);
    return add(place, id, { ...rest, pieces: keepPayload(payload) }, false);
  };

  return {
    latest,
    version,
    /** The tables and steps that multipart uploads, which keep their own, use within a write. */
    tables,
    within: { addObject, keepPayload, release },
    content(id: number): Uint8Array | undefined {
      const body = selectContent.get(id)?.body;
      return body instanceof Uint8Array ? body : undefined;
    },
    isEmpty: (bucket: number): boolean => anyInBucket.get(bucket) === undefined,
    put: (
      place: Place,
      versioning: Versioning,
      object: Writing,
      check: Check,
      done: Done = () => {},
    ): Promise<StoredObject> =>
      tables.write(() => {
        check?.(latest(place));
        const stored = addObject(place, versioning, object);
        done(stored);
        return stored;
      }),
    /** Deletes as a call without a version does: for good, or by a marker where the bucket keeps versions. */
    remove: (
      place: Place,
      versioning: Versioning,
      now: number,
      check: Check,
      done: Done = () => {},
    ): Promise<StoredObject | undefined> =>
      tables.write(() => {
        const current = latest(place);
        check?.(current);
        if (versioning === "Off") {
          if (current) {
            removeObject(current);
            done(current);
          }
          return undefined;
        }
        const id = makeRoom(place, versioning);
        const marker = add(place, id, { ...MARKER, modified: now }, true);
        done(marker);
        return marker;
      }),
    /** Deletes one version for good; the newest of those left becomes the latest. Gives what was deleted. */
    removeVersion: (place: Place, id: string, done: Done = () => {}): Promise<StoredObject | undefined> =>
      tables.write(() => {
        const found = version(place, id);
        if (!found) return undefined;
        removeObject(found);
        done(found);
        if (found.latest) promote.run(place.bucket, bytes(place.key));
        return found;
      }),
    /** Changes what goes with an object and not its payload, if it is still there. */
    change: (
      place: Place,
      id: string | undefined,
      change: (object: StoredObject) => NewObject,
      done: Done = () => {},
    ): Promise<StoredObject | undefined> =>
      tables.write(() => {
        const found = id === undefined ? latest(place) : version(place, id);
        if (!found || found.marker) return found;
        setDetail.run(detailOf(change(found)), found.id);
        done(found);
        return found;
      }),
    /** Live keys in `[from, before)`, in the order of their bytes. Ends early when the caller stops taking. */
    *live(bucket: number, from: Buffer, before: Buffer, limit: number): Generator<Listed & { readonly bytes: Buffer }> {
      for (const row of selectLive.iterate(bucket, from, before, limit)) {
        const key = bufferOf(row.key);
        yield {
          bytes: key,
          key: key.toString("utf8"),
          size: Number(row.size),
          etag: String(row.etag),
          modified: Number(row.modified),
        };
      }
    },
    /** All versions of keys in `[from, before)`; of one key the newest first. */
    *versions(bucket: number, from: Buffer, before: Buffer, limit: number): Generator<StoredObject> {
      for (const row of selectVersions.iterate(bucket, from, before, limit)) {
        const object = toObject(row);
        if (object) yield object;
      }
    },
    /** The versions of the same key that are older than one, newest first. */
    older: (bucket: number, than: StoredObject, limit: number): StoredObject[] =>
      selectOlder.all(bucket, bytes(than.key), than.id, limit).flatMap((row) => toObject(row) ?? []),
    /** Blobs that no object has any more. */
    garbage: (limit: number): string[] => selectGarbage.all(limit).map(({ blob }) => String(blob)),
    forget: (blobs: readonly string[]): Promise<void> =>
      tables.write(() => {
        for (const blob of blobs) removeGarbage.run(blob);
      }),
    /** Sizes of all versions of all buckets, in pages by id. */
    sizes: (after: number, limit: number): { id: number; bucket: number; size: number }[] =>
      selectSizes.all(after, limit).map((row) => ({
        id: Number(row.id),
        bucket: Number(row.bucket),
        size: Number(row.size),
      })),
    isUsed: (blob: string): boolean => selectUsed.get(blob) !== undefined,
  };
}

const bufferOf = (value: unknown): Buffer =>
  value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : Buffer.alloc(0);

/** What is only read with its object stands in one JSON column. */
type Detail = Pick<NewObject, "attributes" | "checksum" | "pieces" | "multipart" | "encryption" | "acl">;

const detailOf = ({ attributes, checksum, pieces, multipart, encryption, acl }: NewObject): string =>
  JSON.stringify({ attributes, checksum, pieces, multipart, encryption, acl } satisfies Detail);

function toObject(row: Record<string, unknown> | undefined): StoredObject | undefined {
  if (row === undefined) return undefined;
  const detail = JSON.parse(String(row.detail)) as Detail;
  return {
    id: Number(row.id),
    key: bufferOf(row.key).toString("utf8"),
    version: String(row.version),
    latest: row.latest === 1,
    marker: row.marker === 1,
    size: Number(row.size),
    etag: String(row.etag),
    modified: Number(row.modified),
    attributes: detail.attributes,
    checksum: detail.checksum,
    pieces: detail.pieces,
    multipart: detail.multipart,
    encryption: detail.encryption,
    acl: detail.acl,
  };
}
