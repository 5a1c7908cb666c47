import { createHash } from "node:crypto";
import type { BigIntStats } from "node:fs";

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
 * The beginning of a file's content, as far as it is known: it tells whether a file was written anew under its inode, and
 * which copy belongs to which file.
 */
export interface Head {
  readonly length: number;
  /** Hexadecimal. */
  readonly digest: string;
}

export const EMPTY_HEAD: Head = { length: 0, digest: "" };

/** A shorter beginning is no proof that two files have the same content. */
export const MIN_HEAD = 32;

export const headOf = (bytes: Uint8Array): Head =>
  bytes.byteLength === 0
    ? EMPTY_HEAD
    : { length: bytes.byteLength, digest: createHash("sha256").update(bytes).digest("hex").slice(0, 32) };

/** Whether bytes begin as the head says. An empty head says nothing, and fits any. */
export const startsWith = (bytes: Buffer, head: Head): boolean =>
  bytes.length >= head.length && (head.length === 0 || headOf(bytes.subarray(0, head.length)).digest === head.digest);
