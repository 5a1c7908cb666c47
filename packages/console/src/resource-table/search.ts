/** Whether a text holds each word of a search, in any order, whatever the case. */
export function holdsWords(text: string, search: string): boolean {
  const low = text.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => low.includes(word));
}
