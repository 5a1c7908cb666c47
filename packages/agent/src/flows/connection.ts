/** One direction of a connection as the kernel's connection tracking sees it. */
export interface Tuple {
  readonly source: string;
  readonly destination: string;
  /** 0 for protocols without ports. */
  readonly sourcePort: number;
  readonly destinationPort: number;
}

export interface Counters {
  readonly packets: number;
  readonly bytes: number;
}

/** A tracked connection, as `conntrack` prints it. */
export interface Connection {
  /** The kernel's id and the original tuple: an id may come again, both together not while it matters. */
  readonly key: string;
  /** IANA's number. */
  readonly protocol: number;
  /** As the first packet came. */
  readonly original: Tuple & Counters;
  /** As answers come: other than the original turned round where addresses are translated. */
  readonly reply: Tuple & Counters;
  /** Seconds since it began; undefined where the kernel does not say. */
  readonly age: number | undefined;
}

/**
 * Reads a line of `conntrack -L` or `-E` with `-o id,extended,timestamp`. Undefined for lines that are no entry, and for entries
 * without counters (accounting was off when they began).
 */
export function readConnection(line: string): Connection | undefined {
  const sides: { -readonly [K in keyof (Tuple & Counters)]?: (Tuple & Counters)[K] }[] = [];
  const words = line.trim().split(/\s+/);
  let id = "";
  let age: number | undefined;
  let protocol: number | undefined;
  for (const [index, word] of words.entries()) {
    const equals = word.indexOf("=");
    if (equals < 0) {
      // `ipv4     2 tcp      6 119 …`: family, its number, protocol, its number.
      if (protocol === undefined && (word === "ipv4" || word === "ipv6")) protocol = Number(words[index + 3]);
      continue;
    }
    const value = word.slice(equals + 1);
    const side = sides.at(-1);
    switch (word.slice(0, equals)) {
      case "src":
        sides.push({ source: value });
        break;
      case "dst":
        if (side) side.destination = value;
        break;
      case "sport":
        if (side) side.sourcePort = Number(value);
        break;
      case "dport":
        if (side) side.destinationPort = Number(value);
        break;
      case "packets":
        if (side) side.packets = Number(value);
        break;
      case "bytes":
        if (side) side.bytes = Number(value);
        break;
      case "delta-time":
        age = Number(value);
        break;
      case "id":
        // An ICMP tuple has one too; the connection's comes last.
        id = value;
        break;
    }
  }
  const [original, reply] = sides.map(complete);
  if (original === undefined || reply === undefined || id === "") return undefined;
  if (protocol === undefined || !Number.isInteger(protocol)) return undefined;
  const { source, destination, sourcePort, destinationPort } = original;
  return {
    key: `${id} ${protocol} ${source} ${sourcePort} ${destination} ${destinationPort}`,
    protocol,
    original,
    reply,
    age,
  };
}

function complete(side: Partial<Tuple & Counters>): (Tuple & Counters) | undefined {
  const { source, destination, sourcePort = 0, destinationPort = 0, packets, bytes } = side;
  if (source === undefined || destination === undefined || packets === undefined || bytes === undefined)
    return undefined;
  return { source, destination, sourcePort, destinationPort, packets, bytes };
}
