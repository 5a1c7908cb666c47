import type { ScalarFunction } from "./function.ts";
import { asText, json, MISSING } from "./sql-value.ts";

/** What `parse ... logfmt`, `parse ... csv` and `expand` read texts with. Queries cannot call these by name. */
export const formatFunctions: readonly ScalarFunction[] = [
  {
    // Pairs of key=value between blanks; values may stand in double quotes. Text without any pair is missing.
    name: "logfmtmap",
    internal: true,
    minimum: 1,
    maximum: 1,
    compile: ([subject]) => {
      const pairs = `extractKeyValuePairs(ifNull(${asText(subject ?? MISSING)}, ''), '=', ' \\t\\n', '"')`;
      return json(`if(empty(${pairs}), NULL, toJSONString(${pairs}))`);
    },
  },
  {
    // The fields of a CSV line; a quoted field may hold commas, and quotes written twice.
    name: "csvlist",
    internal: true,
    minimum: 1,
    maximum: 1,
    compile: ([subject]) => {
      const line = asText(subject ?? MISSING);
      const cells = `extractAll(concat(',', assumeNotNull(${line})), ',[ ]*"(?:[^"]|"")*"|,[^,]*')`;
      const bare = `trimBoth(substring(c, 2))`;
      const cell = `if(startsWith(${bare}, '"') AND length(${bare}) > 1, replaceAll(substring(${bare}, 2, length(${bare}) - 2), '""', '"'), substring(c, 2))`;
      return json(`if(isNull(${line}), NULL, toJSONString(arrayMap(c -> ${cell}, ${cells})))`);
    },
  },
  {
    // A JSON array as it is; anything else as a list of one.
    name: "expandlist",
    internal: true,
    minimum: 1,
    maximum: 1,
    compile: ([subject = MISSING]) => {
      if (subject.type === "json" || subject.type === "missing") return subject;
      const source = asText(subject);
      return json(
        `multiIf(isNull(${source}), NULL, match(assumeNotNull(${source}), '^\\\\s*\\\\[') AND isValidJSON(assumeNotNull(${source})), JSONExtractRaw(assumeNotNull(${source})), toJSONString(assumeNotNull(${source})))`,
      );
    },
  },
];
