import { dataSourceField } from "./data-source.ts";
import {
  behindKey,
  discoveredField,
  EVENT_COLUMNS,
  LINE_WORDS,
  type LineFormat,
  type Origin,
  systemField,
} from "./field.ts";
import { columnOf } from "./field-column.ts";
import { HIDDEN } from "./pipeline.ts";
import { RowScope } from "./row-scope.ts";
import type { FieldColumns } from "./scope.ts";
import { type ColumnCounter, Layer } from "./sql-layer.ts";
import { MISSING, text, type Value } from "./sql-value.ts";

/** The scope of the events themselves: system fields, and above them the discovered ones. */
export function eventScope(
  table: string,
  condition: string,
  origin: Origin,
  counter: ColumnCounter,
  discovered: { readonly columns: FieldColumns | undefined; readonly note: (name: string) => void },
): RowScope {
  const scan = new Layer({ table, condition }, counter);
  const narrow = (narrowing: string) => void scan.narrowing.add(narrowing);
  const base = new RowScope({
    layer: scan,
    narrow,
    resolver: (field) => systemField(field.name, origin) ?? sourceField(field.name) ?? MISSING,
  });
  base.define(HIDDEN.time, { sql: EVENT_COLUMNS.timestamp, type: "timestamp", nullable: false });
  base.define(HIDDEN.seq, { sql: EVENT_COLUMNS.seq, type: "number", nullable: false });
  base.define(HIDDEN.group, { sql: EVENT_COLUMNS.group, type: "number", nullable: false });
  base.define(HIDDEN.stream, { sql: EVENT_COLUMNS.stream, type: "text", nullable: false });

  const words = (format: LineFormat) => scan.column(LINE_WORDS[format]);
  const discovery: RowScope = new RowScope({
    layer: new Layer(scan, counter),
    below: base,
    narrow,
    resolver: (field) => {
      const system = systemField(field.name, origin) ?? sourceField(field.name);
      if (system !== undefined) return discovery.import(system);
      discovered.note(field.name);
      const column = columnOf(field, discovered.columns);
      if (column !== undefined) return { ...text(scan.column(column)), within: "column", ...behindKey(field) };
      scan.column(EVENT_COLUMNS.message);
      return discoveredField(field, words);
    },
  });
  return new RowScope({ layer: new Layer(discovery.layer, counter), below: discovery, narrow });
}

/** Fields that tell which service wrote an event. */
function sourceField(name: string): Value | undefined {
  if (name === "@data_source_name") return text(dataSourceField("name"));
  return name === "@data_source_type" ? text(dataSourceField("type")) : undefined;
}
