/** Everything that a call gives page by page, up to a bound; `more` tells that there was more. */
export interface AllOf<T> {
  readonly items: readonly T[];
  readonly more: boolean;
}

/**
 * Asks for page after page until there is none, or `mostPages` were read.
 * @param ask gives a page and the token of the next one
 */
export async function allPages<T>(
  ask: (token: string | undefined) => Promise<{ readonly items: readonly T[]; readonly next: string | undefined }>,
  mostPages = MOST_PAGES,
): Promise<AllOf<T>> {
  const items: T[] = [];
  let token: string | undefined;
  for (let pages = 0; pages < mostPages; pages++) {
    const page = await ask(token);
    items.push(...page.items);
    // An empty text is how some services say that this was the last page.
    token = page.next || undefined;
    if (token === undefined) return { items, more: false };
  }
  return { items, more: true };
}

/** Of fifty items each: a thousand, which a browser searches without asking. */
const MOST_PAGES = 20;
