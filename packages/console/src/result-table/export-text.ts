import type { Result } from "./result-model.ts";

export type ExportFormat = "csv" | "json" | "markdown";

export const EXPORT_FORMATS: readonly {
  readonly format: ExportFormat;
  readonly label: string;
  readonly extension: string;
  readonly mediaType: string;
}[] = [
  { format: "csv", label: "CSV", extension: "csv", mediaType: "text/csv;charset=utf-8" },
  { format: "json", label: "JSON", extension: "json", mediaType: "application/json" },
  { format: "markdown", label: "Markdown", extension: "md", mediaType: "text/markdown;charset=utf-8" },
];

/** Rows of one part of the text: few enough that making it does not hold up the page. */
const PART_ROWS = 2_000;

/**
 * The rows in a format, in parts that stand behind each other, so that a caller can let the page breathe between them. Values are those
 * of the result, to the last character: nothing is made visible or harmless for another program but what the format itself asks for.
 */
export function* exportParts(result: Result, format: ExportFormat): Generator<string> {
  const writer = WRITERS[format];
  yield writer.begin(result.columns);
  for (let from = 0; from < result.rows.length; from += PART_ROWS) {
    const rows = result.rows.slice(from, from + PART_ROWS);
    yield rows.map(({ values }, index) => writer.row(result.columns, values, from + index)).join("");
  }
  yield writer.end;
}

export function exportText(result: Result, format: ExportFormat): string {
  return [...exportParts(result, format)].join("");
}

type Values = readonly (string | undefined)[];

interface Writer {
  readonly begin: (columns: readonly string[]) => string;
  readonly row: (columns: readonly string[], values: Values, index: number) => string;
  readonly end: string;
}

/** RFC 4180. A missing value is an empty field, and an empty one is two quotes. */
const csv: Writer = {
  begin: (columns) => `${columns.map(csvField).join(",")}\r\n`,
  row: (columns, values) =>
    `${columns.map((_name, index) => (values[index] === undefined ? "" : csvField(values[index]))).join(",")}\r\n`,
  end: "",
};

function csvField(text: string): string {
  return /^$|[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A list of objects, one on a line. Values are texts as the API gives them; missing ones are left out. */
const json: Writer = {
  begin: () => "[",
  row: (columns, values, index) => {
    const members = columns.flatMap((name, at) => {
      const value = values[at];
      return value === undefined ? [] : [`${JSON.stringify(name)}:${JSON.stringify(value)}`];
    });
    return `${index === 0 ? "\n" : ",\n"}{${members.join(",")}}`;
  },
  end: "\n]\n",
};

const markdown: Writer = {
  begin: (columns) => `${markdownRow(columns)}${markdownLine(columns.map(() => "---"))}`,
  row: (columns, values) => markdownRow(columns.map((_name, index) => values[index] ?? "")),
  end: "",
};

const markdownLine = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
const markdownRow = (cells: readonly string[]) => markdownLine(cells.map(markdownCell));

/** Text that no Markdown reader takes for markup: neither HTML nor emphasis, links, code, cells or lines. */
function markdownCell(text: string): string {
  return text
    .replace(/[\\`*_[\]|~$]/g, (mark) => `\\${mark}`)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/\r\n|\r|\n/g, "<br>");
}

const WRITERS: Readonly<Record<ExportFormat, Writer>> = { csv, json, markdown };
