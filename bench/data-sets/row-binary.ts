import type { MixedEvent } from "./mixed.ts";

/** The columns of `encodeRow`, for the engine. */
export const ROW_STRUCTURE =
  "group_id UInt32, stream String, timestamp DateTime64(3, 'UTC'), seq UInt64, put UInt64, retention UInt16, message String";

/** One row as ClickHouse's RowBinary: fixed numbers in little-endian order, texts after their length. */
export function encodeRow(event: MixedEvent, groupId: number, n: number, message: Buffer): Buffer {
  const stream = Buffer.from(event.stream);
  const row = Buffer.allocUnsafe(40 + stream.length + message.length);
  let at = row.writeUInt32LE(groupId, 0);
  at = writeText(row, stream, at);
  at = row.writeBigInt64LE(BigInt(event.timestamp), at);
  const seq = (BigInt(event.timestamp) << 20n) + BigInt(n & 0xfffff);
  at = row.writeBigUInt64LE(seq, at);
  at = row.writeBigUInt64LE(seq, at);
  at = row.writeUInt16LE(0, at);
  at = writeText(row, message, at);
  return row.subarray(0, at);
}

/** The length in base 128, seven bits a byte, lowest first; then the bytes. */
function writeText(row: Buffer, text: Buffer, start: number): number {
  let at = start;
  let left = text.length;
  while (left >= 128) {
    at = row.writeUInt8((left & 127) | 128, at);
    left >>>= 7;
  }
  at = row.writeUInt8(left, at);
  return at + text.copy(row, at);
}
