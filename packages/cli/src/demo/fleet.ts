import type { Dice } from "./dice.ts";

/** The machines of the story, which appear in several logs under the same ids and addresses. */
export interface Host {
  readonly instance: string;
  readonly address: string;
  readonly eni: string;
  /** What its system calls itself. */
  readonly name: string;
}

function host(instance: string, eni: string, address: string): Host {
  return { instance: `i-${instance}`, eni: `eni-${eni}`, address, name: `ip-${address.replaceAll(".", "-")}` };
}

export const ACCOUNT = "123456789012";
export const REGION = "us-east-1";

export const WEB: readonly Host[] = [
  host("0de3011c5a1b2f9e4", "0de3011a77c10e5b1", "10.0.1.11"),
  host("0de3012b80d47ac63", "0de30124b9f0d2c72", "10.0.1.12"),
  host("0de30133e6917fd08", "0de3013d5518ea3f9", "10.0.1.13"),
];
export const APP: readonly Host[] = [
  host("0de3021f24bc8e715", "0de3021c06b7f4d83", "10.0.2.21"),
  host("0de30229a5d3c1064", "0de3022e9a41d7056", "10.0.2.22"),
];
export const DATABASE = host("0de3031d7e8a40b92", "0de30318f3b5c2e64", "10.10.20.20");
export const BASTION = host("0de30416c90f25ea3", "0de3041b27da6e0c8", "10.0.0.5");
export const IDLE = host("0de30515b2e7d4f80", "0de3051f60c8b93a7", "10.0.4.40");

/** The client that scans the web site, and knocks on every port. */
export const BAD_CLIENT = "198.51.100.77";

/** Visitors, from the ranges set aside for benchmarks (RFC 2544), so that no line accuses a real address. */
export function visitors(dice: Dice, count: number): readonly string[] {
  return Array.from(
    { length: count },
    () => `198.${dice.between(18, 19)}.${dice.between(0, 255)}.${dice.between(1, 254)}`,
  );
}

/** Strangers that knock and guess, from the ranges for documentation (RFC 5737). */
export function strangers(dice: Dice, count: number): readonly string[] {
  return [
    BAD_CLIENT,
    ...Array.from(
      { length: count },
      () => `${dice.pick(["203.0.113", "192.0.2", "198.51.100"])}.${dice.between(1, 254)}`,
    ),
  ];
}
