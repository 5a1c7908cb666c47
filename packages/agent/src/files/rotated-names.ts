import { basename, dirname, extname } from "node:path";

/** What the original leaves out, too: a compressed file is no log that can be read. */
const COMPRESSED = /\.(gz|bz2|xz|zst|lz4|lzma|Z|zip|7z|tar|tgz)$/;

export const isCompressed = (path: string): boolean => COMPRESSED.test(path);

/**
 * Whether a name may be the one that rotation gave to a file: `app.log` becomes `app.log.1`, `app.log-20261121`,
 * `app-20261121.log`, `app.1.log`. Content and identity decide afterwards.
 */
export function mayBeRotated(path: string, candidate: string): boolean {
  if (dirname(path) !== dirname(candidate) || isCompressed(candidate)) return false;
  const name = basename(path);
  const other = basename(candidate);
  if (other === name) return false;
  if (other.startsWith(name)) return /^[.\-_~]/.test(other.slice(name.length));
  const extension = extname(name);
  const stem = name.slice(0, name.length - extension.length);
  return (
    extension !== "" &&
    other.endsWith(extension) &&
    other.startsWith(stem) &&
    /^[.\-_]\d[\d.\-_TZ]*$/.test(other.slice(stem.length, other.length - extension.length))
  );
}
