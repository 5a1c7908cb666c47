import { compileBoolean, compileComparison, readScalar, type Scalar } from "./compare.ts";
import type { Matcher } from "./matcher.ts";
import type { MessageReader } from "./message-reader.ts";
import { compileTextTest, narrow } from "./narrow.ts";
import type { SlotNode, SpacePattern } from "./nodes.ts";

interface CompiledSlot {
  readonly key: string | undefined;
  readonly test: ((value: Scalar) => boolean) | undefined;
}

/** Compiles a space-delimited pattern. It extracts `$name` for named fields and `$N` (from 1) for all others. */
export function compileSpace(
  pattern: SpacePattern,
  options: { readonly allowExtraFields: boolean; readonly reader: MessageReader },
): Matcher {
  const before = pattern.before.map(compileSlot);
  const after = pattern.after?.map(compileSlot);
  const least = before.length + (after?.length ?? 0);
  const open = pattern.anyFields || after !== undefined || options.allowExtraFields;

  const matchFields = (fields: readonly string[]): boolean =>
    (open ? fields.length >= least : fields.length === least) &&
    testSlots(before, fields, 0) &&
    (after === undefined || testSlots(after, fields, fields.length - after.length));

  // A search for the texts that a match needs is cheaper than splitting, and most events lack them.
  const mayMatch = compileTextTest(narrow(pattern).test);
  return {
    matches: (message) => mayMatch(message) && matchFields(options.reader.fields(message)),
    extract(message) {
      if (!mayMatch(message)) return undefined;
      const fields = options.reader.fields(message);
      if (!matchFields(fields)) return undefined;
      const tail = fields.length - (after?.length ?? 0);
      return Object.fromEntries(
        fields.map((field, at) => {
          const slot = at >= tail ? after?.[at - tail] : before[at];
          return [slot?.key ?? `$${at + 1}`, field];
        }),
      );
    },
  };
}

function compileSlot({ name, condition }: SlotNode): CompiledSlot {
  return {
    key: name === undefined ? undefined : `$${name}`,
    test: condition && compileBoolean(condition, compileComparison),
  };
}

function testSlots(slots: readonly CompiledSlot[], fields: readonly string[], from: number): boolean {
  return slots.every(({ test }, at) => test === undefined || test(readScalar(fields[from + at] ?? "")));
}
