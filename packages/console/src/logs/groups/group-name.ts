/** What is wrong with a new group's name, as CreateLogGroup would say it; undefined for a good one. */
export function groupNameFault(name: string): string | undefined {
  if (name === "") return "A log group needs a name.";
  if (name.length > 512) return "A name has at most 512 characters.";
  if (!/^[.\-_/#A-Za-z0-9]+$/.test(name)) {
    return "A name has letters and digits without accents, and the characters . - _ / # only.";
  }
  return name.startsWith("aws/") ? "Names that begin with aws/ are AWS's own." : undefined;
}
