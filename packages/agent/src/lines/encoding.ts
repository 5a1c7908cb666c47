/**
 * Names that the original takes (those of Go's IANA index) and that the Encoding standard has under another label. Both know
 * the rest under equal names.
 */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  ascii: "windows-1252",
  "us-ascii": "windows-1252",
  "utf-16": "utf-16le",
  utf16: "utf-16le",
  "gb-2312": "gb2312",
  "hz-gb2312": "gb18030",
  "big-5": "big5",
  euc_jp: "euc-jp",
  euc_kr: "euc-kr",
};

/** @returns the label that a decoder takes; undefined when there is no such encoding */
export function decoderLabel(name: string): string | undefined {
  const wanted = name.trim().toLowerCase();
  try {
    return new TextDecoder(OTHER_NAMES[wanted] ?? wanted).encoding;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** How lines end in an encoding: all but UTF-16 keep the byte 0x0A for the line feed alone. */
export function lineFeedWidth(label: string | undefined): 1 | 2 {
  return label === "utf-16le" || label === "utf-16be" ? 2 : 1;
}
