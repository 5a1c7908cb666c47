import type { DatabaseSync } from "node:sqlite";

/** A file was written by a newer server; the message says what to do. */
export class NewerFormat extends Error {
  override readonly name = "NewerFormat";
}

/** Refuses a file of a newer format instead of guessing, and marks an older one as being of this. @throws NewerFormat */
export function claimFormat(db: DatabaseSync, file: string, version: number): void {
  const found = Number(db.prepare("PRAGMA user_version").get()?.user_version ?? 0);
  if (found > version) {
    throw new NewerFormat(
      `${file} was written by a newer Nephoscope (format ${found}, this one knows ${version}). Start that version, or give another data directory.`,
    );
  }
  db.exec(`PRAGMA user_version = ${version}`);
}
