import { apacheAccess } from "./apache-access.ts";
import { apacheError } from "./apache-error.ts";
import { auth } from "./auth.ts";
import { cloudtrail } from "./cloudtrail.ts";
import type { Day } from "./day.ts";
import { Dice } from "./dice.ts";
import { lambda } from "./lambda.ts";
import type { SampleEvent, Source } from "./source.ts";
import { vpcFlow } from "./vpc-flow.ts";

export const SOURCES: readonly Source[] = [apacheAccess, apacheError, auth, vpcFlow, lambda, cloudtrail];

/** The sample day of one source, as its part of `total` events. Equal arguments give equal events. */
export function sample(source: Source, day: Day, total: number, seed: string): Iterable<SampleEvent> {
  const shares = SOURCES.reduce((sum, { share }) => sum + share, 0);
  return source.generate(day, new Dice(`${seed}/${source.name}`), Math.round((total * source.share) / shares));
}
