/** Settings by profile. */
export type Profiles = ReadonlyMap<string, Readonly<Record<string, string | undefined>>>;

/** Reads the shared files of AWS's clients. In `config`, profiles but the default one are headed `[profile NAME]`. */
export function parseProfiles(text: string, kind: "config" | "credentials"): Profiles {
  const profiles = new Map<string, Record<string, string | undefined>>();
  let current: Record<string, string | undefined> | undefined;
  for (const raw of text.split(/\r?\n/)) {
    // Indented lines belong to a nested setting, of which none is used here.
    if (/^\s*([#;]|$)/.test(raw) || /^\s/.test(raw)) continue;
    const header = /^\[\s*(.+?)\s*\]/.exec(raw);
    if (header !== null) {
      const title = header[1] ?? "";
      const name =
        kind === "credentials" || title === "default"
          ? title
          : /^profile\s+(.+)$/.exec(title)?.[1]?.replace(/^"|"$/g, "");
      current = name === undefined ? undefined : (profiles.get(name) ?? {});
      if (name !== undefined && current !== undefined) profiles.set(name, current);
      continue;
    }
    const equals = raw.indexOf("=");
    if (equals < 0 || current === undefined) continue;
    current[raw.slice(0, equals).trim().toLowerCase()] = raw.slice(equals + 1).trim();
  }
  return profiles;
}
