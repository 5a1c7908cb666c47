/** A text on one line: what users wrote must not move the cursor or colour the terminal. */
export const plainText = (value: string): string => value.replace(/\p{Cc}+/gu, " ");
