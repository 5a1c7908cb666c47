/**
 * The CRC of two texts one after the other, from the CRCs of both and the length of the second: appending a zero byte to a
 * text is a linear map of its CRC over GF(2), so appending many is a power of that map (the method of zlib's crc32_combine).
 */

interface Crc {
  readonly width: 32 | 64;
  /** The polynomial, bits reversed, as all three CRCs of S3 are computed. */
  readonly polynomial: bigint;
}

const CRCS: Readonly<Record<string, Crc>> = {
  crc32: { width: 32, polynomial: 0xedb88320n },
  crc32c: { width: 32, polynomial: 0x82f63b78n },
  crc64nvme: { width: 64, polynomial: 0x9a6c9329ac4bc9b5n },
};

/** A linear map: what each bit becomes. */
type Matrix = readonly bigint[];

const apply = (matrix: Matrix, vector: bigint): bigint => {
  let out = 0n;
  for (let bit = 0, rest = vector; rest !== 0n; bit++, rest >>= 1n) if (rest & 1n) out ^= matrix[bit] ?? 0n;
  return out;
};
const square = (matrix: Matrix): Matrix => matrix.map((column) => apply(matrix, column));

const oneZeroBit = ({ width, polynomial }: Crc): Matrix => [
  polynomial,
  ...Array.from({ length: width - 1 }, (_, bit) => 1n << BigInt(bit)),
];

/** All three XOR their start and end with ones, which cancels out of the combination. Values are base64, big-endian. */
export function combineCrcs(
  algorithm: string,
  parts: readonly { readonly value: string; readonly size: number }[],
): string {
  const crc = CRCS[algorithm];
  if (!crc) throw new Error(`${algorithm} of parts cannot be combined`);
  // Powers of the map for 8 bits: for 1, 2, 4, 8… bytes.
  const powers: Matrix[] = [square(square(square(oneZeroBit(crc))))];
  let sum: bigint | undefined;
  for (const { value, size } of parts) {
    const own = BigInt(`0x${Buffer.from(value, "base64").toString("hex") || "0"}`);
    if (sum === undefined) {
      sum = own;
      continue;
    }
    for (let bit = 0, rest = size; rest > 0; bit++, rest = Math.floor(rest / 2)) {
      const known = powers[bit] ?? square(powers[bit - 1] ?? []);
      powers[bit] = known;
      if (rest % 2 === 1) sum = apply(known, sum);
    }
    sum ^= own;
  }
  return Buffer.from((sum ?? 0n).toString(16).padStart(crc.width / 4, "0"), "hex").toString("base64");
}
