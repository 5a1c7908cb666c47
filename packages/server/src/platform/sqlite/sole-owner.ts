import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Another server works on the data directory. */
export class DataDirectoryInUse extends Error {
  override readonly name = "DataDirectoryInUse";
}

/** SQLite's result code for a file that somebody else has locked. */
const SQLITE_BUSY = 5;

/**
 * Takes a data directory for one server alone, until the function that is given back is called or the process ends, however it ends:
 * the lock is the system's, held through SQLite, since Node itself locks no files. Two servers would deliver twice and overwrite each other.
 * @throws DataDirectoryInUse
 */
export function takeDataDirectory(directory: string): () => void {
  const db = new DatabaseSync(join(directory, "server.lock"));
  try {
    db.exec("PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE");
  } catch (error) {
    db.close();
    if (!(error instanceof Error) || !("errcode" in error) || error.errcode !== SQLITE_BUSY) throw error;
    throw new DataDirectoryInUse(
      `another server works on the data directory ${directory}. Stop that one, or choose another directory with --data.`,
    );
  }
  return () => db.close();
}
