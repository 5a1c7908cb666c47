/** The columns of an inventory's entries: all of their attributes, those with a name first, in the order in which they are met. */
export function inventoryColumns(entries: readonly Readonly<Record<string, string>>[]): readonly string[] {
  const seen = new Set<string>();
  for (const entry of entries) {
    for (const [name, value] of Object.entries(entry)) if (value !== "") seen.add(name);
  }
  const names = [...seen];
  return [...names.filter((name) => name === "Name"), ...names.filter((name) => name !== "Name")];
}

/** `ListeningPorts` as people read it: `Listening ports`. */
export function inventoryTitle(typeName: string): string {
  const words = typeName.replace(/^[A-Za-z]+:/, "").replace(/([a-z])([A-Z])/g, "$1 $2");
  return words.charAt(0).toUpperCase() + words.slice(1).toLowerCase();
}
