import type { ScalarFunction } from "./function.ts";
import { asNumber, asText, boolean, json, MISSING, number, text } from "./sql-value.ts";

export const jsonFunctions: readonly ScalarFunction[] = [
  {
    // A map or a list, else missing; the engine's parser normalises spacing.
    name: "jsonParse",
    minimum: 1,
    maximum: 1,
    compile: ([subject]) => {
      const source = asText(subject ?? MISSING);
      return json(
        `if(ifNull(match(${source}, '^\\\\s*[\\\\[{]') AND isValidJSON(assumeNotNull(${source})), 0), JSONExtractRaw(assumeNotNull(${source})), NULL)`,
      );
    },
  },
  {
    name: "jsonStringify",
    minimum: 1,
    maximum: 1,
    compile: ([subject]) => text(subject?.type === "json" ? subject.sql : asText(subject ?? MISSING)),
  },
  {
    name: "jsonArraySize",
    minimum: 1,
    maximum: 1,
    compile: ([subject]) => {
      const list = subject?.type === "json" ? subject.sql : asText(subject ?? MISSING);
      return number(`if(ifNull(startsWith(${list}, '['), 0), toFloat64(JSONLength(assumeNotNull(${list}))), NULL)`);
    },
  },
  {
    name: "jsonArrayContains",
    minimum: 2,
    maximum: 2,
    compile: ([subject, wanted]) => {
      const list = subject?.type === "json" ? subject.sql : asText(subject ?? MISSING);
      const value = wanted ?? MISSING;
      const element = "if(startsWith(e, '\"'), JSONExtractString(e), e)";
      const test =
        value.type === "number"
          ? `toFloat64OrNull(${element}) = assumeNotNull(${asNumber(value)})`
          : `${element} = assumeNotNull(${asText(value)})`;
      return boolean(`ifNull(arrayExists(e -> ifNull(${test}, 0), JSONExtractArrayRaw(assumeNotNull(${list}))), 0)`);
    },
  },
];
