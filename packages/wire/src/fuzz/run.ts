/**
 * The longer fuzz: every operation of every target, as many rounds as asked for, and a hundred thousand hostile requests
 * of each kind.
 *
 *   node packages/wire/src/fuzz/run.ts --rounds 20 --seed 7 [--hostile 100000] [--only s3]
 *
 * Prints each difference and ends with status 1 when there is one.
 */
import { parseArgs } from "node:util";
import { loadModel } from "../model/load.ts";
import { hostileBodies, hostileHeads } from "./hostile.ts";
import { roundTrip } from "./roundtrip.ts";
import { loadTarget, targets } from "./targets.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "4" },
    seed: { type: "string", default: "42" },
    hostile: { type: "string", default: "100000" },
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
const models = [...targets.map((target) => loadTarget(target).model), loadModel("cloudwatch-logs"), loadModel("sts")];
const services = models
  .slice(0, 2)
  .map((model) => ({ model, implemented: new Set(model.operations.keys()), run: async () => ({}) }));
for (const [kind, result] of [
  ["bodies", hostileBodies(models, Number(values.hostile), Number(values.seed))],
  ["heads", await hostileHeads(services, Number(values.hostile), Number(values.seed))],
] as const) {
  failed += result.faults.length;
  console.log(`hostile ${kind}: ${result.read} read, ${result.refused} refused, ${result.faults.length} faults`);
  for (const fault of result.faults.slice(0, 20)) console.log(`  ${fault}`);
}
console.log(`${calls} calls, ${failed} failures, seed ${values.seed}`);
process.exitCode = failed === 0 ? 0 : 1;
