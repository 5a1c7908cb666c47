import type { Result } from "./result-model.ts";

/** Rows that are looked at: those people see first. */
const SAMPLE = 200;
const CHARACTER_PX = 7.9;
const PADDING_PX = 22;
const NARROWEST_PX = 72;
/** A column takes no more by itself: a long text is read in its row's details. */
const WIDEST_PX = 480;
/** The last column takes what is left of the table's width, and never less. */
const LAST_PX = 260;

/** Pixels of each column, by the longest of its first values; text is in a font whose characters are of one width. */
export function columnWidths({ columns, rows }: Result): readonly number[] {
  const sample = rows.slice(0, SAMPLE);
  return columns.map((name, index) => {
    const longest = sample.reduce((most, { values }) => Math.max(most, lineLength(values[index])), name.length + 2);
    const wanted = Math.ceil(longest * CHARACTER_PX) + PADDING_PX;
    const least = index === columns.length - 1 ? Math.min(LAST_PX, Math.max(NARROWEST_PX, wanted)) : NARROWEST_PX;
    return Math.min(WIDEST_PX, Math.max(least, wanted));
  });
}

/** Long enough for any column; counting further would only cost. */
const MOST_CHARACTERS = 100;
const lineLength = (text: string | undefined) => Math.min(MOST_CHARACTERS, text?.length ?? 0);
