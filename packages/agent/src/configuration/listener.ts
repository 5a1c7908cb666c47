import type { Section } from "./section.ts";

/** An address that the agent listens at. */
export interface ListenAddress {
  readonly transport: "udp" | "tcp";
  /** Empty for all addresses of the host. */
  readonly host: string;
  readonly port: number;
}

/** Reads `udp://127.0.0.1:25888`, `tcp://:8125`, `:8125`. */
export function readListenAddress(
  section: Section,
  name: string,
  preset: ListenAddress,
  transports: readonly ListenAddress["transport"][],
): ListenAddress {
  const text = section.text(name, { min: 1, max: 255 });
  if (text === undefined) return preset;
  const address = parseListenAddress(text, preset.transport);
  if (address === undefined || !transports.includes(address.transport)) {
    const forms = transports.map((transport) => `${transport}://${preset.host || "127.0.0.1"}:${preset.port}`);
    section.error(`must be an address such as ${forms.join(" or ")}, not "${text}"`, name);
    return preset;
  }
  return address;
}

export function parseListenAddress(text: string, transport: ListenAddress["transport"]): ListenAddress | undefined {
  const match = /^(?:(udp|tcp)[46]?:\/\/)?(\[[0-9a-fA-F:]+\]|[^:/[\]]*):(\d{1,5})$/.exec(text);
  if (match === null) return undefined;
  const port = Number(match[3]);
  if (port > 65_535) return undefined;
  const given = match[1] === "udp" || match[1] === "tcp" ? match[1] : transport;
  return { transport: given, host: (match[2] ?? "").replace(/^\[|\]$/g, ""), port };
}
