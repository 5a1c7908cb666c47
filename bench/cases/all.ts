import type { Case } from "../case.ts";
import { alarms } from "./alarms.ts";
import { anomalyBands } from "./anomaly-bands.ts";
import { disk } from "./disk.ts";
import { engineAlone } from "./engine-alone.ts";
import { flowRecords } from "./flow-records.ts";
import { histogram } from "./histogram.ts";
import { ingest } from "./ingest.ts";
import { insights } from "./insights.ts";
import { jsonFields } from "./json-fields.ts";
import { jsonIngest } from "./json-ingest.ts";
import { loneCall } from "./lone-call.ts";
import { longQuery } from "./long-query.ts";
import { manyStreams } from "./many-streams.ts";
import { memory } from "./memory.ts";
import { metricFilters } from "./metric-filters.ts";
import { metricIngest } from "./metric-ingest.ts";
import { metricReads } from "./metric-reads.ts";
import { newest } from "./newest.ts";
import { objects } from "./objects.ts";
import { oneStream } from "./one-stream.ts";
import { policyDecisions } from "./policy-decisions.ts";
import { rareWord } from "./rare-word.ts";
import { regularExpression } from "./regular-expression.ts";
import { start } from "./start.ts";

/** In the order they run: `ingest` fills the server that the later ones ask. */
export const cases: readonly Case[] = [
  start,
  ingest,
  disk,
  newest,
  histogram,
  rareWord,
  flowRecords,
  insights,
  longQuery,
  regularExpression,
  oneStream,
  loneCall,
  memory,
  manyStreams,
  engineAlone,
  jsonFields,
  jsonIngest,
  metricFilters,
  alarms,
  anomalyBands,
  metricIngest,
  metricReads,
  objects,
  policyDecisions,
];
