/** Numbers, times and addresses as conditions compare them. Undefined for what is none. */

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?$/;

export function readNumber(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text) : undefined;
}

const DATE =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[Tt](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?([Zz]|[+-]\d\d:?\d\d)?)?)?)?$/;

/** ISO 8601 (W3C's profile: a year, a month, a day or a time) or seconds since 1970. Milliseconds since 1970. */
export function readDate(text: string): number | undefined {
  const iso = DATE.exec(text);
  // Four digits alone are a year in one form and seconds in the other; AWS's documents call only the longer ones seconds.
  if (iso === null) return /^-?\d{1,15}(?:\.\d{1,9})?$/.test(text) ? Number(text) * 1000 : undefined;
  const [, year, month = "01", day = "01", hour = "00", minute = "00", second = "00", fraction = "", zone = "Z"] = iso;
  const zoned = zone.toUpperCase() === "Z" ? "Z" : zone.replace(/^(...):?(..)$/, "$1:$2");
  const date = Date.parse(
    `${year}-${month}-${day}T${hour}:${minute}:${second}.${`${fraction}000`.slice(0, 3)}${zoned}`,
  );
  // Date.parse takes 31 February for the third of March.
  const real = Number(day) <= new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  return Number.isNaN(date) || !real ? undefined : date;
}

export interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

export function readAddress(text: string): Address | undefined {
  if (!text.includes(":")) {
    const value = readV4(text);
    return value === undefined ? undefined : { bits: 32, value };
  }
  let source = text;
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (dotted !== null) {
    const v4 = readV4(dotted[2] ?? "");
    if (v4 === undefined) return undefined;
    source = `${dotted[1]}${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}`;
  }
  const halves = source.split("::");
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => "0"), ...tail];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return { bits: 128, value: groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n) };
}

function readV4(text: string): bigint | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) {
    return undefined;
  }
  return parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
}

export type AddressRange = (address: Address) => boolean;

/** An address, or a range of them in CIDR form. */
export function readRange(text: string): AddressRange | undefined {
  const [base = "", length, ...rest] = text.split("/");
  const address = readAddress(base);
  if (address === undefined || rest.length > 0 || (length !== undefined && !/^\d{1,3}$/.test(length))) return undefined;
  const prefix = Number(length ?? address.bits);
  if (prefix > address.bits) return undefined;
  const shift = BigInt(address.bits - prefix);
  const wanted = address.value >> shift;
  return ({ bits, value }) => bits === address.bits && value >> shift === wanted;
}
