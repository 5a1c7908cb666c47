import type { StateValue } from "./settings.ts";

/**
 * A second evaluator, for tests only: written from the prose of the user guide on a picture of the range, one letter a
 * period (`0` within, `X` breaching, `-` missing), oldest first. It shares nothing with `evaluate`.
 */
export function naiveState(
  picture: string,
  n: number,
  m: number,
  treatment: "breaching" | "notBreaching" | "ignore" | "missing",
  current: StateValue,
): StateValue {
  const letters = [...picture];
  let newest = "";
  for (let index = letters.length - 1; index >= 0 && newest.length < n; index--) {
    if (letters[index] !== "-") newest += letters[index];
  }
  if (newest.length < n && treatment === "breaching") newest = newest.padEnd(n, "X");
  if (newest.length < n && treatment === "notBreaching") newest = newest.padEnd(n, "0");
  const crosses = newest.split("X").length - 1;
  if (newest.length === n) return crosses >= m ? "ALARM" : "OK";
  if (newest === "") return treatment === "ignore" ? current : "INSUFFICIENT_DATA";
  if (crosses >= m) return "ALARM";
  if (newest.includes("0")) return "OK";
  if (treatment === "ignore") return current;
  // Only breaching ones, too few: an alarm if the oldest has been there for M periods and nothing since contradicts it.
  return letters.slice(-m).indexOf("X") === 0 || letters.slice(0, letters.length - m).includes("X") ? "ALARM" : current;
}
