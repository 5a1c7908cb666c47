import { crc32, deflateSync } from "node:zlib";
import { encode } from "uqr";

/** Pixels of a module, and modules of quiet zone around (ISO/IEC 18004 asks for four). */
const SCALE = 4;
const BORDER = 4;

/** A QR code as a PNG of two colours. */
export function qrCode(text: string): Buffer {
  const { data } = encode(text, { border: BORDER, ecc: "M" });
  const size = data.length * SCALE;
  const bytesPerLine = Math.ceil(size / 8);
  const lines = data.flatMap((row) => {
    // Each line begins with the number of its filter: none.
    const line = Buffer.alloc(1 + bytesPerLine);
    for (let x = 0; x < size; x++) {
      const dark = row[Math.floor(x / SCALE)] === true;
      if (!dark) line[1 + (x >> 3)] = (line[1 + (x >> 3)] ?? 0) | (0x80 >> (x & 7));
    }
    return Array.from({ length: SCALE }, () => line);
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  // One bit a pixel, greyscale (PNG specification, 11.2.1).
  header.writeUInt8(1, 8);
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.concat(lines))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
