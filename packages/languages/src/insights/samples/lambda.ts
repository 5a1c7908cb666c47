import { samples } from "./sample-query.ts";

/** Sizes are in bytes of 1000-based megabytes, durations in milliseconds. */
export const lambda = samples("Lambda", {
  "Memory that functions have and do not use": `
    filter @type = "REPORT"
    | stats max(@memorySize / 1000 / 1000) as provisionedMB,
        min(@maxMemoryUsed / 1000 / 1000) as leastUsedMB,
        avg(@maxMemoryUsed / 1000 / 1000) as averageUsedMB,
        max(@maxMemoryUsed / 1000 / 1000) as mostUsedMB,
        provisionedMB - mostUsedMB as neverUsedMB`,
  "Duration in intervals of five minutes": `
    filter @type = "REPORT"
    | stats avg(@duration) as average, max(@duration) as longest, min(@duration) as shortest by bin(5m) as time
    | sort time`,
  "Requests that took longer than a second": `
    filter @type = "REPORT" and @duration > 1000
    | fields @timestamp, @requestId, @duration, @logStream
    | sort @duration desc
    | dedup @requestId
    | limit 20`,
});
