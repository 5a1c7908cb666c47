/** What `-c default` means: memory and disk of the host, as the original's. */
export const DEFAULT_CONFIGURATION = `${JSON.stringify(
  {
    agent: { metrics_collection_interval: 60 },
    metrics: {
      append_dimensions: { InstanceId: `\${aws:InstanceId}` },
      metrics_collected: {
        mem: { measurement: ["mem_used_percent"] },
        disk: { measurement: ["used_percent"], resources: ["/"] },
      },
    },
  },
  undefined,
  2,
)}\n`;
