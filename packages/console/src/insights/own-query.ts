/** Ends a text that the page asks beside the person's own, so that lists of earlier queries can leave it out. */
export const OWN_MARK = "# asked by the console";

export const isOwnQuery = (text: string): boolean => text.endsWith(OWN_MARK);
