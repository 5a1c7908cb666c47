/** As RE2 reads it: every character that means something there, and the slash that ends an expression of the language. */
const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, (mark) => `\\${mark}`).replaceAll("\n", "\\n");

/** A longer expression would not be read; its beginning tells most patterns apart. */
const MOST_CHARACTERS = 1_000;

/** The condition that a message is of a pattern: what varies in it, written `<Token-1>`, may be anything. */
export function patternCondition(pattern: string, wanted: boolean): string {
  const parts = pattern.slice(0, MOST_CHARACTERS).split(/<[A-Za-z]+-\d+>/);
  return `filter @message ${wanted ? "" : "not "}like /${parts.map(escaped).join(".*?")}/`;
}
