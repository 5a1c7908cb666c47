import { cloudTrail, eventBridge } from "./audit.ts";
import { general } from "./general.ts";
import { lambda } from "./lambda.ts";
import { containerInsights, iot } from "./machines.ts";
import { natGateway, route53, vpcFlow } from "./network.ts";
import type { SampleQuery } from "./sample-query.ts";
import { apache, apiGateway, appSync } from "./web.ts";

export type { SampleQuery };

/** All sample queries, by group in the order in which they are shown. */
export const sampleQueries: readonly SampleQuery[] = [
  ...general,
  ...lambda,
  ...vpcFlow,
  ...cloudTrail,
  ...natGateway,
  ...apache,
  ...eventBridge,
  ...apiGateway,
  ...appSync,
  ...route53,
  ...iot,
  ...containerInsights,
];
