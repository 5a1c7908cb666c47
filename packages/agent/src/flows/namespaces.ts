import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import type { TestContext } from "node:test";

/** Why tests with network namespaces can't run here; undefined when they can. */
export function whyNoNamespaces(): string | undefined {
  if (process.platform !== "linux") return "network namespaces are Linux's";
  if (process.getuid?.() !== 0) return "making network namespaces needs root";
  for (const [program, pkg] of [
    ["ip", "iproute2"],
    ["nft", "nftables"],
    ["conntrack", "conntrack"],
  ] as const) {
    try {
      execFileSync("sh", ["-c", `command -v ${program}`], { stdio: "ignore" });
    } catch {
      return `the program ${program} is missing: apt-get install ${pkg}`;
    }
  }
  const name = `nsprobe${randomBytes(3).toString("hex")}`;
  try {
    execFileSync("ip", ["netns", "add", name], { stdio: "ignore" });
    execFileSync("ip", ["netns", "exec", name, "nft", "list", "tables"], { stdio: "ignore" });
    return undefined;
  } catch {
    return "this machine does not let network namespaces with packet filters be made";
  } finally {
    try {
      execFileSync("ip", ["netns", "del", name], { stdio: "ignore" });
    } catch {
      // It was never there.
    }
  }
}

/** A network namespace, gone with its test. */
export interface Namespace {
  readonly name: string;
  /** Runs a program in it to its end; gives what it printed. */
  run(program: string, ...words: string[]): string;
  nft(rules: string): void;
  start(program: string, words: readonly string[]): ReturnType<typeof spawn>;
}

export function openNamespaces(t: TestContext) {
  const mark = randomBytes(3).toString("hex");
  const names: string[] = [];
  t.after(() => {
    for (const name of names) execFileSync("ip", ["netns", "del", name]);
  });
  const make = (label: string): Namespace => {
    const name = `ns${mark}${label}`;
    execFileSync("ip", ["netns", "add", name]);
    names.push(name);
    const inside = (program: string, words: readonly string[]) => ["netns", "exec", name, program, ...words];
    execFileSync("ip", inside("ip", ["link", "set", "lo", "up"]));
    return {
      name,
      run: (program, ...words) => execFileSync("ip", inside(program, words), { encoding: "utf8", timeout: 60_000 }),
      nft: (rules) => execFileSync("ip", inside("nft", ["-f", "-"]), { input: rules }),
      start: (program, words) => spawn("ip", inside(program, words), { stdio: ["pipe", "pipe", "inherit"] }),
    };
  };
  /** Two namespaces with a cable between them. Addresses with prefixes, such as 10.77.1.1/24. */
  const join = (
    one: Namespace,
    oneDevice: string,
    oneAddress: string,
    other: Namespace,
    otherDevice: string,
    otherAddress: string,
  ) => {
    execFileSync("ip", [
      "link",
      "add",
      oneDevice,
      "netns",
      one.name,
      "type",
      "veth",
      "peer",
      "name",
      otherDevice,
      "netns",
      other.name,
    ]);
    for (const [space, device, address] of [
      [one, oneDevice, oneAddress],
      [other, otherDevice, otherAddress],
    ] as const) {
      space.run("ip", "addr", "add", address, "dev", device);
      space.run("ip", "link", "set", device, "up");
    }
  };
  return { make, join };
}

/** Packets and bytes of named counters of `table inet oracle`, as the kernel counted them. */
export function counters(space: Namespace): Map<string, { packets: number; bytes: number }> {
  const all: { nftables: { counter?: { name: string; packets: number; bytes: number } }[] } = JSON.parse(
    space.run("nft", "-j", "list", "counters", "table", "inet", "oracle"),
  );
  return new Map(
    all.nftables.flatMap(({ counter }) => (counter === undefined ? [] : [[counter.name, counter] as const])),
  );
}

/** A table that counts what goes out and comes in by port, whatever becomes of it elsewhere. */
export function oracle(ports: readonly { readonly protocol: "tcp" | "udp"; readonly port: number }[]): string {
  const name = ({ protocol, port }: { protocol: string; port: number }, side: string) => `${protocol}${port}${side}`;
  const named = ports.flatMap((one) => [name(one, "out"), name(one, "in")]);
  return [
    "table inet oracle {",
    ...named.map((one) => `  counter ${one} {\n  }`),
    "  chain out {",
    "    type filter hook output priority -400; policy accept;",
    ...ports.map((one) => `    ${one.protocol} dport ${one.port} counter name ${name(one, "out")}`),
    "  }",
    "  chain in {",
    "    type filter hook input priority -400; policy accept;",
    ...ports.map((one) => `    ${one.protocol} sport ${one.port} counter name ${name(one, "in")}`),
    "  }",
    "}",
    "",
  ].join("\n");
}
