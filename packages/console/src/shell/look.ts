import { applyDensity, applyMode, Density, Mode } from "@cloudscape-design/global-styles";
import { useSyncExternalStore } from "react";

/** Light or dark, and how close things stand. */
export type Look = "light" | "dark" | "system";

const KEY = "nephoscope.look";
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

export function keptLook(): Look {
  const kept = window.localStorage.getItem(KEY);
  return kept === "light" || kept === "dark" ? kept : "system";
}

export function keepLook(look: Look): void {
  if (look === "system") window.localStorage.removeItem(KEY);
  else window.localStorage.setItem(KEY, look);
  apply();
}

export const isDark = (): boolean => (keptLook() === "system" ? dark.matches : keptLook() === "dark");

/** Whether the page is dark; for what is drawn by hand. */
export function useDark(): boolean {
  return useSyncExternalStore((changed) => {
    listeners.add(changed);
    return () => listeners.delete(changed);
  }, isDark);
}

function apply(): void {
  applyMode(isDark() ? Mode.Dark : Mode.Light);
  applyDensity(Density.Comfortable);
  document.documentElement.style.colorScheme = isDark() ? "dark" : "light";
  for (const listener of listeners) listener();
}

/** Applies what was chosen, and follows the system where that was. */
export function startLook(): void {
  apply();
  dark.addEventListener("change", apply);
}
