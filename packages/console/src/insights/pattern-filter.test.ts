import assert from "node:assert/strict";
import { test } from "node:test";
import { parseInsights, planInsights } from "@nephoscope/languages/insights";
import { patternCondition } from "./pattern-filter.ts";

test("a pattern's constant text is kept, and what varies may be anything", () => {
  const f = (pattern: string, expected: string) => {
    const condition = patternCondition(pattern, true);
    assert.equal(condition, `filter @message like /${expected}/`);
    planInsights(parseInsights(`fields @message | ${condition}`));
  };
  f("GET /index.html <Number-1> (ok)", "GET \\/index\\.html .*? \\(ok\\)");
  f("<Time-1> [x] a|b $5 {c} \\d ^", ".*? \\[x\\] a\\|b \\$5 \\{c\\} \\\\d \\^");
  f("<script>", "<script>");
  assert.equal(patternCondition("a", false), "filter @message not like /a/");
});
