/**
 * The longer fuzz: every operation of every target, as many rounds as asked for.
 *
 *   node packages/wire/src/fuzz/run.ts --rounds 20 --seed 7 [--only s3]
 *
 * Prints each difference and ends with status 1 when there is one.
 */
import { parseArgs } from "node:util";
import { roundTrip } from "./roundtrip.ts";
import { loadTarget, targets } from "./targets.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "4" },
    seed: { type: "string", default: "42" },
    only: { type: "string" },
  },
});
let calls = 0;
let failed = 0;
for (const target of targets) {
  if (values.only !== undefined && values.only !== target.service) continue;
  const result = await roundTrip({ ...loadTarget(target), rounds: Number(values.rounds), seed: Number(values.seed) });
  calls += result.calls;
  failed += result.failures.length;
  console.log(
    `${target.service} ${target.protocol ?? ""}: ${result.operations} operations, ${result.calls} calls, ${result.failures.length} failures`,
  );
  for (const failure of result.failures) console.log(`  ${failure}`);
}
console.log(`${calls} calls, ${failed} failures, seed ${values.seed}`);
process.exitCode = failed === 0 ? 0 : 1;
