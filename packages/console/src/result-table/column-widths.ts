import type { Result } from "./result-model.ts";

/** Rows that are looked at: those people see first. */
const SAMPLE = 200;
const CHARACTER_PX = 7.6;
const PADDING_PX = 22;
const NARROWEST_PX = 72;
/** A column takes no more by itself: a long text is read in its row's details. */
const WIDEST_PX = 240;
/** The column that takes what is left of the table's width has at least so much. */
const FLEXIBLE_PX = 340;

export interface ColumnWidths {
  /** Pixels of each column. */
  readonly px: readonly number[];
  /** The column that takes the width that is left, because it has the longest texts; -1 without columns. */
  readonly flexible: number;
}

/** The widths of a table's columns, by the longest of its first values; text is in a font whose characters are of one width. */
export function columnWidths({ columns, rows }: Result): ColumnWidths {
  const sample = rows.slice(0, SAMPLE);
  const lengths = columns.map((name, index) =>
    sample.reduce((most, { values }) => Math.max(most, values[index]?.length ?? 0), name.length + 2),
  );
  const message = columns.indexOf("@message");
  const flexible = message >= 0 ? message : lengths.indexOf(Math.max(...lengths));
  const px = lengths.map((length, index) => {
    const wanted = Math.max(NARROWEST_PX, Math.ceil(length * CHARACTER_PX) + PADDING_PX);
    return Math.min(wanted, index === flexible ? FLEXIBLE_PX : WIDEST_PX);
  });
  return { px, flexible };
}
