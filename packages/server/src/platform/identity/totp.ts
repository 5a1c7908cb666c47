import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * One-time codes by the clock (RFC 6238) as virtual MFA devices of AWS make them: SHA-1, six digits, a new one every 30
 * seconds. A step is the number of such intervals since 1970.
 */
const STEP_MS = 30_000;
const DIGITS = 6;
/** A code counts one step early and late, for clocks that differ (RFC 6238, section 5.2, and section 6). */
const DRIFT_STEPS = 1;

export const stepAt = (epochMs: number): number => Math.floor(epochMs / STEP_MS);

export function codeAt(seed: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", seed).update(counter).digest();
  // RFC 4226, section 5.3.
  const offset = mac.readUInt8(19) & 0x0f;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 10 ** DIGITS).padStart(DIGITS, "0");
}

/** The step of which this is the code, among those that count now and come after `after`; undefined for a wrong code. */
export function stepOfCode(
  seed: Uint8Array,
  code: string,
  nowMs: number,
  after: number,
  drift = DRIFT_STEPS,
): number | undefined {
  const now = stepAt(nowMs);
  for (let step = Math.max(now - drift, after + 1); step <= now + drift; step++) {
    if (sameCode(codeAt(seed, step), code)) return step;
  }
  return undefined;
}

function sameCode(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
