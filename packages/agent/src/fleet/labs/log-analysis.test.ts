import { suite, test } from "node:test";
import { whyNoCli } from "./cli-lab.ts";
import { collectAndAnalyse, whyNoCollecting } from "./collect-and-analyse.ts";
import { metricOfLog } from "./log-metric.ts";

// They wait more than they work, so they wait together.
suite("walkthrough: collecting and analysing logs", { concurrency: true }, () => {
  test(
    "1 to 4: real servers' logs, flows and database, from the centre's commands to queries",
    { skip: whyNoCollecting() ?? false },
    collectAndAnalyse,
  );
  test("5: the 404 answers of an access log become a metric", { skip: whyNoCli() ?? false }, metricOfLog);
});
