/** What a host's packet filter accepts from outside, as far as it can be said in rules of ports and ranges. */
export interface AcceptedTraffic {
  readonly accepts: readonly AcceptRule[];
  /** False where there are rules that say more than these. */
  readonly whole: boolean;
}

export interface AcceptRule {
  /** A name in lower case, or -1 for all. */
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly cidr: string;
}

type Fields = Readonly<Record<string, unknown>>;
const EVERYWHERE = ["0.0.0.0/0", "::/0"];
const everything = EVERYWHERE.map((cidr): AcceptRule => ({ protocol: "-1", fromPort: -1, toPort: -1, cidr }));

/**
 * Reads `nft -j list ruleset`. Without a chain that filters input everything is accepted. With a chain that drops what no rule accepts, the
 * accepting rules count; one that accepts by itself is shown as open, as what its other rules take away can't be said in this form.
 */
export function acceptedTraffic(ruleset: unknown): AcceptedTraffic {
  const items = list(fields(ruleset).nftables).map(fields);
  const chains = items
    .map(({ chain }) => fields(chain))
    .filter(({ hook, type, table }) => hook === "input" && type === "filter" && table !== OWN_TABLE);
  const closed = chains.filter(({ policy }) => policy === "drop");
  const rules = items.map(({ rule }) => fields(rule)).filter((rule) => chains.some((chain) => isOf(rule, chain)));
  if (closed.length === 0) return { accepts: everything, whole: !rules.some(takesAway) };
  const found = rules.filter((rule) => closed.some((chain) => isOf(rule, chain))).map(readRule);
  return {
    accepts: found.flatMap((one) => one?.accepts ?? []),
    // Of several chains each would have to accept.
    whole: closed.length === 1 && chains.length === 1 && found.every((one) => one !== undefined),
  };
}

const OWN_TABLE = "nephoscope_flows";

const isOf = (rule: Fields, chain: Fields): boolean =>
  rule.family === chain.family && rule.table === chain.table && rule.chain === chain.name;

const takesAway = ({ expr }: Fields): boolean =>
  list(expr).some((one) => ["drop", "reject", "jump", "goto", "xt"].some((name) => name in fields(one)));

/** Undefined for a rule that is not understood; without rules for one that accepts nothing new. */
function readRule({ expr }: Fields): { accepts: AcceptRule[] } | undefined {
  const parts = list(expr).map(fields);
  if (parts.some((part) => "drop" in part || "reject" in part)) return parts.length === 1 ? { accepts: [] } : undefined;
  if (!parts.some((part) => "accept" in part))
    return parts.every((part) => "counter" in part || "log" in part) ? { accepts: [] } : undefined;
  let protocol = "-1";
  let ports: [number, number][] = [[-1, -1]];
  let ranges = EVERYWHERE;
  for (const part of parts) {
    if ("accept" in part || "counter" in part || "log" in part || "comment" in part) continue;
    const { left, right, op } = fields(part.match);
    const { payload, meta, ct } = fields(left);
    // Answers to what the host asked itself, and the loopback, open nothing to others.
    if (ct !== undefined || (fields(meta).key === "iifname" && right === "lo")) {
      const states = [fields(right).set ?? right].flat();
      return ct === undefined || !states.includes("new") ? { accepts: [] } : undefined;
    }
    const { protocol: of, field } = fields(payload);
    if (op !== "==" && op !== "in") return undefined;
    if (field === "dport" && (of === "tcp" || of === "udp")) {
      protocol = of;
      const read = readPorts(right);
      if (read === undefined) return undefined;
      ports = read;
    } else if (field === "saddr" && (of === "ip" || of === "ip6")) {
      const read = readRanges(right);
      if (read === undefined) return undefined;
      ranges = read;
    } else if (fields(meta).key === "l4proto" && typeof right === "string")
      protocol = right === "ipv6-icmp" ? "icmpv6" : right;
    else return undefined;
  }
  return {
    accepts: ports.flatMap(([fromPort, toPort]) => ranges.map((cidr) => ({ protocol, fromPort, toPort, cidr }))),
  };
}

function readPorts(right: unknown): [number, number][] | undefined {
  const all = list(fields(right).set ?? [right]).map((one): [number, number] | undefined => {
    if (typeof one === "number") return [one, one];
    const [from, to] = list(fields(one).range);
    return typeof from === "number" && typeof to === "number" ? [from, to] : undefined;
  });
  return all.every((one) => one !== undefined) ? all : undefined;
}

function readRanges(right: unknown): string[] | undefined {
  const all = list(fields(right).set ?? [right]).map((one) => {
    if (typeof one === "string") return `${one}/${one.includes(":") ? 128 : 32}`;
    const { addr, len } = fields(fields(one).prefix);
    return typeof addr === "string" && typeof len === "number" ? `${addr}/${len}` : undefined;
  });
  return all.every((one) => one !== undefined) ? all : undefined;
}

/** Interfaces by whose address the host masquerades what it forwards; all of `devices` for a rule that names none. */
export function masqueradedDevices(ruleset: unknown, devices: readonly string[]): string[] {
  const found = new Set<string>();
  for (const { rule } of list(fields(ruleset).nftables).map(fields)) {
    const parts = list(fields(rule).expr).map(fields);
    if (!parts.some((part) => "masquerade" in part || "snat" in part)) continue;
    const named = parts.flatMap(({ match }) => {
      const { left, right } = fields(match);
      const key = fields(fields(left).meta).key;
      return (key === "oifname" || key === "oif") && typeof right === "string" ? [right] : [];
    });
    for (const device of named.length > 0 ? named : devices) found.add(device);
  }
  return [...found];
}

const fields = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
