import { type ChildProcessWithoutNullStreams, execFile, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { whyNoNamespaces } from "../../flows/namespaces.ts";

const PROGRAMS = {
  nsenter: "util-linux",
  unshare: "util-linux",
  setpriv: "util-linux",
  script: "bsdutils",
  curl: "curl",
} as const;

/**
 * Why machines can't be made here, or what of Debian's packages is missing; undefined when all is there.
 * @param needed paths of further programs, with the package that has each
 */
export function whyNoMachines(needed: Readonly<Record<string, string>> = {}): string | undefined {
  const network = whyNoNamespaces();
  if (network !== undefined) return network;
  for (const [program, pkg] of Object.entries(PROGRAMS)) {
    try {
      execFileSync("sh", ["-c", `command -v ${program}`], { stdio: "ignore" });
    } catch {
      return `the program ${program} is missing: apt-get install ${pkg}`;
    }
  }
  for (const [path, pkg] of Object.entries(needed))
    if (!existsSync(path)) return `${path} is missing: apt-get install ${pkg}`;
  try {
    const probe =
      "mount --make-rprivate / && mount -t tmpfs none /mnt && mkdir /mnt/u /mnt/w && mount -t overlay none -o lowerdir=/etc,upperdir=/mnt/u,workdir=/mnt/w /etc";
    execFileSync("unshare", ["--mount", "--uts", "--pid", "--fork", "sh", "-c", probe], { stdio: "ignore" });
    return undefined;
  } catch {
    return "this machine does not let namespaces with mounts of their own be made";
  }
}

/** What a program printed, and how it ended. */
export interface Ended {
  readonly code: number;
  readonly output: string;
  readonly errorOutput: string;
}

/**
 * A machine of a walkthrough: processes, network, host name, `/etc`, `/var`, `/run`, `/home` and `/dev` of its own, over the programs of the
 * machine that the test runs on. What it writes there is gone with it.
 */
export interface Machine {
  readonly name: string;
  /** Its network namespace. */
  readonly space: string;
  /** Runs a program to its end. Rejects when it fails, with what it printed. */
  run(program: string, ...words: string[]): Promise<string>;
  /** As `run`, with a text for its input and whatever code it ends with. */
  end(input: string, program: string, ...words: string[]): Promise<Ended>;
  /** Starts a program that ends with the machine. */
  start(program: string, ...words: string[]): ChildProcessWithoutNullStreams;
  write(path: string, text: string): Promise<void>;
  read(path: string): Promise<string>;
}

const RUN_MS = 120_000;
const MAX_OUTPUT = 64 * 1_048_576;

/**
 * Makes the file systems of a machine in a mount namespace that is new, and stays as its first process, which buries what others leave. `$1` is an
 * empty folder, `$2` the host's name.
 */
const SETUP = `
set -e
mount --make-rprivate /
mount -t tmpfs none "$1"
for each in etc var home; do
  mkdir "$1/$each" "$1/$each-work"
  mount -t overlay none -o "lowerdir=/$each,upperdir=$1/$each,workdir=$1/$each-work" "/$each"
done
rm -rf /var/log/* /var/lib/nephoscope-agent
mount -t tmpfs none /run
mkdir "$1/dev"
for each in null zero full random urandom tty; do
  touch "$1/dev/$each"
  mount --bind "/dev/$each" "$1/dev/$each"
done
mkdir "$1/dev/pts" "$1/dev/shm"
mount -t devpts none "$1/dev/pts" -o newinstance,ptmxmode=0666,mode=0620,gid=5
ln -s pts/ptmx "$1/dev/ptmx"
ln -s /proc/self/fd "$1/dev/fd"
mount --rbind "$1/dev" /dev
hostname "$2"
echo ready
while :; do sleep 3600 & wait; done
`;

/** @param space a network namespace; it must outlive the machine */
export async function startMachine(t: TestContext, name: string, space: string): Promise<Machine> {
  const folder = mkdtempSync(join(tmpdir(), "nephoscope-machine-"));
  const wrapper = spawn(
    // A test that is killed takes its machines with it.
    "setpriv",
    [
      "--pdeathsig",
      "KILL",
      "ip",
      "netns",
      "exec",
      space,
      "unshare",
      "--mount",
      "--uts",
      "--ipc",
      "--pid",
      "--fork",
      "--kill-child",
      "--mount-proc",
    ].concat(["sh", "-c", SETUP, "sh", folder, name]),
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const closed = new Promise<void>((resolve) => wrapper.once("close", () => resolve()));
  let errors = "";
  wrapper.stderr.on("data", (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-2_000);
  });
  await new Promise<void>((resolve, reject) => {
    wrapper.stdout.once("data", () => resolve());
    wrapper.once("close", () => reject(new Error(`the machine ${name} did not start: ${errors}`)));
  });
  const first = readFileSync(`/proc/${wrapper.pid}/task/${wrapper.pid}/children`, "utf8").trim();
  t.after(async () => {
    // The first process of a machine takes all others with it.
    process.kill(Number(first), "SIGKILL");
    await closed;
    rmSync(folder, { recursive: true, force: true });
  });
  const enter = ["-t", first, "--mount", "--uts", "--ipc", "--net", "--pid", "--"];
  const end: Machine["end"] = (input, program, ...words) =>
    new Promise((resolve, reject) => {
      const child = execFile(
        "nsenter",
        [...enter, program, ...words],
        { timeout: RUN_MS, maxBuffer: MAX_OUTPUT, cwd: "/" },
        (error, output, errorOutput) => {
          if (error !== null && typeof error.code !== "number") reject(error);
          else resolve({ code: error === null ? 0 : Number(error.code), output, errorOutput });
        },
      );
      child.stdin?.on("error", () => {});
      child.stdin?.end(input);
    });
  const run: Machine["run"] = async (program, ...words) => {
    const { code, output, errorOutput } = await end("", program, ...words);
    if (code === 0) return output;
    throw new Error(`${name}: ${program} ${words.join(" ")} ended with ${code}: ${errorOutput}${output}`);
  };
  return {
    name,
    space,
    end,
    run,
    start: (program, ...words) => spawn("nsenter", [...enter, program, ...words], { stdio: "pipe", cwd: "/" }),
    async write(path, text) {
      const { code, errorOutput } = await end(text, "sh", "-c", 'mkdir -p "$(dirname "$1")" && cat > "$1"', "sh", path);
      if (code !== 0) throw new Error(`${name}: ${path} can't be written: ${errorOutput}`);
    },
    read: (path) => run("cat", path),
  };
}

/** A network of a walkthrough: subnets behind one router, which the server of the test is connected to. */
export interface LabNetwork {
  /** Where the server listens, so that all machines reach it. */
  readonly serverAddress: string;
  /** `10.x.SUBNET.0/24` */
  cidr(subnet: number): string;
  address(subnet: number, host: number): string;
  /** A machine with one interface, `eth0`, in a subnet, and the router as its way to all others. */
  machine(name: string, subnet: number, host: number): Promise<Machine>;
  /** A machine between two subnets, `inside` and `outside`, that forwards; the router knows nothing of what is behind it. */
  gateway(
    name: string,
    inside: readonly [subnet: number, host: number],
    outside: readonly [subnet: number, host: number],
  ): Promise<Machine>;
}

/** A part of 10.0.0.0/8 that nothing on this machine uses: its route to the device is ours, so another run gets another one. */
function claimBlock(device: string): number {
  for (let tries = 0; tries < 500; tries++) {
    const block = 20 + ((randomBytes(1)[0] ?? 0) % 80);
    try {
      execFileSync("ip", ["route", "add", `10.${block}.0.0/16`, "dev", device], { stdio: "ignore" });
      return block;
    } catch {
      // It is somebody else's.
    }
  }
  throw new Error("10.20.0.0/16 to 10.99.0.0/16 are all in use on this machine");
}

/**
 * @param subnets numbers of those with the router at `.1`
 * @param isolated numbers of those that the router is not in
 */
export function openLabNetwork(
  t: TestContext,
  subnets: readonly number[],
  isolated: readonly number[] = [],
): LabNetwork {
  const mark = randomBytes(3).toString("hex");
  const spaces: string[] = [];
  const ip = (...words: string[]) => execFileSync("ip", words);
  const makeSpace = (label: string): string => {
    const name = `lab${mark}${label}`;
    ip("netns", "add", name);
    spaces.push(name);
    ip("-n", name, "link", "set", "lo", "up");
    return name;
  };
  t.after(() => {
    for (const name of spaces) ip("netns", "del", name);
  });
  const router = makeSpace("r");
  const cable = `lab${mark}`;
  ip("link", "add", cable, "type", "veth", "peer", "name", "world", "netns", router);
  ip("link", "set", cable, "up");
  const block = claimBlock(cable);
  const address = (subnet: number, host: number) => `10.${block}.${subnet}.${host}`;
  ip("addr", "add", `${address(0, 1)}/24`, "dev", cable);
  ip("route", "replace", `10.${block}.0.0/16`, "via", address(0, 2));
  ip("-n", router, "addr", "add", `${address(0, 2)}/24`, "dev", "world");
  ip("-n", router, "link", "set", "world", "up");
  ip("netns", "exec", router, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward");
  for (const subnet of [...subnets, ...isolated]) {
    ip("-n", router, "link", "add", `br${subnet}`, "type", "bridge");
    ip("-n", router, "link", "set", `br${subnet}`, "up");
    if (subnets.includes(subnet)) ip("-n", router, "addr", "add", `${address(subnet, 1)}/24`, "dev", `br${subnet}`);
  }
  let ports = 0;
  const plug = (space: string, device: string, subnet: number, host: number) => {
    const port = `p${ports++}`;
    ip("-n", router, "link", "add", port, "type", "veth", "peer", "name", device, "netns", space);
    ip("-n", router, "link", "set", port, "master", `br${subnet}`, "up");
    ip("-n", space, "addr", "add", `${address(subnet, host)}/24`, "dev", device);
    ip("-n", space, "link", "set", device, "up");
  };
  return {
    serverAddress: address(0, 1),
    cidr: (subnet) => `10.${block}.${subnet}.0/24`,
    address,
    async machine(name, subnet, host) {
      const space = makeSpace(`${spaces.length}`);
      plug(space, "eth0", subnet, host);
      // In a subnet without the router, a gateway has its place.
      ip("-n", space, "route", "add", "default", "via", address(subnet, 1));
      return await startMachine(t, name, space);
    },
    async gateway(name, [inside, insideHost], [outside, outsideHost]) {
      const space = makeSpace(`${spaces.length}`);
      plug(space, "inside", inside, insideHost);
      plug(space, "outside", outside, outsideHost);
      ip("-n", space, "route", "add", "default", "via", address(outside, 1));
      ip("netns", "exec", space, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward");
      return await startMachine(t, name, space);
    },
  };
}

const MAIN = fileURLToPath(new URL("../../../../cli/src/main.ts", import.meta.url));

/** The words that call `nephoscope` on a machine. */
export const nephoscope = (...words: string[]): [string, ...string[]] => [process.execPath, MAIN, ...words];

const bin = (name: string) => fileURLToPath(new URL(`../../../bin/${name}.mjs`, import.meta.url));
/** The commands under the names that people know. */
export const agentCtl = (...words: string[]): [string, ...string[]] => [
  process.execPath,
  bin("amazon-cloudwatch-agent-ctl"),
  ...words,
];
export const agentWizard = (...words: string[]): [string, ...string[]] => [
  process.execPath,
  bin("amazon-cloudwatch-agent-config-wizard"),
  ...words,
];
