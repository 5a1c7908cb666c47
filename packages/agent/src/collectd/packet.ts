import { createDecipheriv, createHash, createHmac, timingSafeEqual } from "node:crypto";

/** One value list of collectd's network plugin: https://collectd.org/wiki/index.php/Binary_protocol */
export interface ValueList {
  readonly host: string;
  readonly plugin: string;
  readonly pluginInstance: string;
  readonly type: string;
  readonly typeInstance: string;
  /** Epoch milliseconds; 0 when the packet had no time. */
  readonly time: number;
  readonly values: readonly { readonly kind: "counter" | "gauge" | "derive" | "absolute"; readonly value: number }[];
}

export interface PacketSecurity {
  readonly level: "none" | "sign" | "encrypt";
  /** @returns the password of a user; undefined when there is none */
  readonly passwordOf: (user: string) => string | undefined;
}

/** The packet is broken, or less protected than the configuration wants. */
export class PacketError extends Error {
  override readonly name = "PacketError";
}

const HOST = 0x0000;
const TIME = 0x0001;
const PLUGIN = 0x0002;
const PLUGIN_INSTANCE = 0x0003;
const TYPE = 0x0004;
const TYPE_INSTANCE = 0x0005;
const VALUES = 0x0006;
const TIME_HIGH = 0x0008;
const SIGNATURE = 0x0200;
const ENCRYPTION = 0x0210;

const KINDS = ["counter", "gauge", "derive", "absolute"] as const;
const HMAC_BYTES = 32;
const IV_BYTES = 16;
const SHA1_BYTES = 20;

/** Reads a datagram. @throws PacketError */
export function parseCollectdPacket(packet: Buffer, security: PacketSecurity): readonly ValueList[] {
  return readParts(packet, security, "none");
}

function readParts(
  packet: Buffer,
  security: PacketSecurity,
  protection: PacketSecurity["level"],
): readonly ValueList[] {
  const found: ValueList[] = [];
  let state = { host: "", plugin: "", pluginInstance: "", type: "", typeInstance: "", time: 0 };
  for (let at = 0; at < packet.length; ) {
    if (at + 4 > packet.length) throw new PacketError("a part's head is cut off");
    const kind = packet.readUInt16BE(at);
    const length = packet.readUInt16BE(at + 2);
    if (length < 4 || at + length > packet.length)
      throw new PacketError(`a part of kind ${kind} says it has ${length} bytes`);
    const content = packet.subarray(at + 4, at + length);
    at += length;
    switch (kind) {
      case HOST:
        state = { ...state, host: text(content) };
        break;
      case PLUGIN:
        state = { ...state, plugin: text(content), pluginInstance: "" };
        break;
      case PLUGIN_INSTANCE:
        state = { ...state, pluginInstance: text(content) };
        break;
      case TYPE:
        state = { ...state, type: text(content), typeInstance: "" };
        break;
      case TYPE_INSTANCE:
        state = { ...state, typeInstance: text(content) };
        break;
      case TIME:
        state = { ...state, time: number(content) * 1000 };
        break;
      // Of 2^-30 seconds.
      case TIME_HIGH:
        state = { ...state, time: (number(content) / 2 ** 30) * 1000 };
        break;
      case VALUES:
        if (!isEnough(protection, security.level))
          throw new PacketError(
            `values come ${protection === "none" ? "unprotected" : "signed only"}, and collectd_security_level is ${security.level}`,
          );
        found.push({ ...state, values: readValues(content) });
        break;
      case SIGNATURE:
        verify(content, packet.subarray(at), security);
        return [...found, ...readParts(packet.subarray(at), security, "sign")];
      case ENCRYPTION:
        found.push(...readParts(decrypt(content, security), security, "encrypt"));
        break;
      // Intervals, notifications and what later versions add.
      default:
    }
  }
  return found;
}

function isEnough(given: PacketSecurity["level"], wanted: PacketSecurity["level"]): boolean {
  const order = ["none", "sign", "encrypt"];
  return order.indexOf(given) >= order.indexOf(wanted);
}

/** Texts end with a zero byte. */
const text = (content: Buffer): string =>
  content.toString("utf8", 0, content.at(-1) === 0 ? content.length - 1 : content.length);

function number(content: Buffer): number {
  if (content.length !== 8) throw new PacketError("a number has not 8 bytes");
  return Number(content.readBigUInt64BE());
}

function readValues(content: Buffer): ValueList["values"] {
  const count = content.length < 2 ? -1 : content.readUInt16BE(0);
  if (content.length !== 2 + count * 9) throw new PacketError("a list of values has not the length it says");
  return Array.from({ length: count }, (_, index) => {
    const kind = KINDS[content[2 + index] ?? 255];
    const at = 2 + count + index * 8;
    switch (kind) {
      case "gauge":
        // The one number that travels with its low byte first.
        return { kind, value: content.readDoubleLE(at) };
      case "derive":
        return { kind, value: Number(content.readBigInt64BE(at)) };
      case "counter":
      case "absolute":
        return { kind, value: Number(content.readBigUInt64BE(at)) };
      default:
        throw new PacketError("a value is of no known kind");
    }
  });
}

function verify(content: Buffer, rest: Buffer, { passwordOf }: PacketSecurity): void {
  if (content.length <= HMAC_BYTES) throw new PacketError("a signature is cut off");
  const user = content.subarray(HMAC_BYTES);
  const password = passwordOf(user.toString());
  if (password === undefined)
    throw new PacketError(`the packet is signed by ${JSON.stringify(user.toString())}, who is not in the auth file`);
  const expected = createHmac("sha256", password).update(user).update(rest).digest();
  if (!timingSafeEqual(expected, content.subarray(0, HMAC_BYTES))) throw new PacketError("the signature is wrong");
}

function decrypt(content: Buffer, { passwordOf }: PacketSecurity): Buffer {
  const userLength = content.length < 2 ? content.length : content.readUInt16BE(0);
  const start = 2 + userLength;
  if (content.length < start + IV_BYTES + SHA1_BYTES) throw new PacketError("an encrypted part is cut off");
  const user = content.toString("utf8", 2, start);
  const password = passwordOf(user);
  if (password === undefined)
    throw new PacketError(`the packet is encrypted by ${JSON.stringify(user)}, who is not in the auth file`);
  const decipher = createDecipheriv(
    "aes-256-ofb",
    createHash("sha256").update(password).digest(),
    content.subarray(start, start + IV_BYTES),
  );
  const plain = Buffer.concat([decipher.update(content.subarray(start + IV_BYTES)), decipher.final()]);
  const body = plain.subarray(SHA1_BYTES);
  if (!createHash("sha1").update(body).digest().equals(plain.subarray(0, SHA1_BYTES)))
    throw new PacketError("an encrypted part does not match its checksum");
  return body;
}
