import { createHash } from "node:crypto";
import type { BigIntStats } from "node:fs";
import type { FileHandle } from "node:fs/promises";

/**
 * Which file it is, whatever its name. A file system gives an inode's number to another file soon after the first one's
 * deletion; the time of birth tells them apart where the file system keeps one.
 */
export interface FileIdentity {
  readonly device: string;
  readonly inode: string;
  /** Nanoseconds; "0" where it is not kept. */
  readonly born: string;
}

export const identityOf = (stats: BigIntStats): FileIdentity => ({
  device: String(stats.dev),
  inode: String(stats.ino),
  born: String(stats.birthtimeNs),
});

export const identityKey = ({ device, inode, born }: FileIdentity): string => `${device}:${inode}:${born}`;

/** How much of a file's beginning is remembered. */
export const HEAD_BYTES = 1024;

/**
 * The beginning of a file's content, as far as it was read: it tells whether a file was written anew under its inode, and
 * which copy belongs to which file.
 */
export interface Head {
  readonly length: number;
  /** Hexadecimal. */
  readonly digest: string;
}

export const EMPTY_HEAD: Head = { length: 0, digest: "" };

export const headOf = (bytes: Uint8Array): Head =>
  bytes.byteLength === 0
    ? EMPTY_HEAD
    : { length: bytes.byteLength, digest: createHash("sha256").update(bytes).digest("hex").slice(0, 32) };

/** Reads the first bytes of a file, or fewer when it is shorter. */
export async function readHead(file: FileHandle, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(Math.min(length, HEAD_BYTES));
  let at = 0;
  while (at < buffer.length) {
    const { bytesRead } = await file.read(buffer, at, buffer.length - at, at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return buffer.subarray(0, at);
}

/** Whether bytes begin as the head says. An empty head says nothing, and fits any. */
export const startsWith = (bytes: Buffer, head: Head): boolean =>
  bytes.length >= head.length && headOf(bytes.subarray(0, head.length)).digest === head.digest;

/** Whether a file begins as the head says. An empty head says nothing, and fits any file. */
export async function beginsWith(file: FileHandle, head: Head): Promise<boolean> {
  if (head.length === 0) return true;
  const bytes = await readHead(file, head.length);
  return bytes.length === head.length && headOf(bytes).digest === head.digest;
}
