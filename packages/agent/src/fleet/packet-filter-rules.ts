/** The table that flows are recorded with; it is no rule of the owner's. */
const OWN_TABLE = "nephoscope_flows";
/** Values of inventory entries (API reference, PutInventory) are shorter. */
const MAX_RULE = 4_000;

/**
 * The rules of the packet filter, one entry each, in nft's own words and in the order in which they are asked. A chain's policy is an entry, too.
 * @param ruleset what `nft list ruleset` prints
 */
export function packetFilterRules(ruleset: string): Record<string, string>[] {
  const found: Record<string, string>[] = [];
  let [family, table, chain, hook] = ["", "", "", ""];
  /** Blocks within the table that is read, and whether they are no chains. */
  let depth = 0;
  let skipped = false;
  for (const line of ruleset.split("\n")) {
    const text = line.trim();
    if (text === "") continue;
    if (depth === 0) {
      [, family = "", table = ""] = /^table (\S+) (\S+) \{$/.exec(text) ?? [];
      depth = table === "" ? 0 : 1;
    } else if (depth === 1) {
      if (text === "}") depth = 0;
      else if (text.endsWith("{")) {
        depth = 2;
        hook = "";
        chain = /^chain (\S+) \{$/.exec(text)?.[1] ?? "";
        skipped = chain === "" || table === OWN_TABLE;
      }
    } else if (text === "}") depth--;
    else if (text.endsWith("{") || (skipped && text.endsWith("= {"))) depth++;
    else if (!skipped) {
      const base = /^type (\S+) hook (\S+) .*?priority ([^;]+);(?: policy (\S+);)?/.exec(text);
      if (base !== null) hook = base[2] ?? "";
      const rule = base === null ? text : base[4] === undefined ? undefined : `policy ${base[4]}`;
      if (rule === undefined) continue;
      found.push({
        Family: family,
        Table: table,
        Chain: chain,
        Hook: hook,
        Order: String(found.length).padStart(5, "0"),
        // Counters count; a rule that only does that is the same rule.
        Rule: rule.replace(/counter packets \d+ bytes \d+/g, "counter").slice(0, MAX_RULE),
      });
    }
  }
  return found;
}
