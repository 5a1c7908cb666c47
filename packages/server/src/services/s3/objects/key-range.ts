/** Keys as their UTF-8 bytes, and the ranges of them that listings walk. */

/** Greater than every key: no byte of UTF-8 is 0xFF. */
export const END = Buffer.from([0xff]);

/** The least text greater than all that begin with `prefix`. */
export function afterAll(prefix: Buffer): Buffer {
  if (prefix.length === 0) return END;
  const end = Buffer.from(prefix);
  // No byte of UTF-8 is 0xFF, so the last one can always be raised.
  end[end.length - 1] = (end.at(-1) ?? 0) + 1;
  return end;
}

/** The least text greater than `key`. */
export const next = (key: Buffer): Buffer => Buffer.concat([key, Buffer.from([0])]);

export const greater = (a: Buffer, b: Buffer): Buffer => (Buffer.compare(a, b) >= 0 ? a : b);

/** Up to and with the first delimiter after the prefix; undefined when the key has none there. */
export function groupOf(key: Buffer, prefix: Buffer, delimiter: Buffer): Buffer | undefined {
  if (delimiter.length === 0) return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.subarray(0, at + delimiter.length);
}
