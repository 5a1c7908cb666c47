import { suite, test } from "node:test";
import { alarmOnFailures } from "./alarm-mail.ts";
import { shipAuthLog, whyNoAuthLog } from "./auth-log.ts";
import { whyNoCli } from "./cli-lab.ts";
import { watchNatGateway, whyNoNatGateway } from "./nat-gateway.ts";

// They wait more than they work, so they wait together.
suite("walkthrough: watching a database server", { concurrency: true }, () => {
  test(
    "1: the failed su of a real machine arrive, by wizard and control command",
    { skip: whyNoAuthLog() ?? false },
    shipAuthLog,
  );
  test(
    "2: failures in a log become an alarm, a mail with a graph, and an alarm that is over",
    { skip: whyNoCli() ?? false },
    alarmOnFailures,
  );
  test(
    "3: an upload through a NAT gateway raises the alarm and sends a mail",
    { skip: whyNoNatGateway() ?? whyNoCli() ?? false },
    watchNatGateway,
  );
});
