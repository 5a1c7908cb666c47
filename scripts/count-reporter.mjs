// A reporter of node:test that writes only the run's totals, as JSON.
export default async function* countReporter(events) {
  for await (const { type, data } of events) {
    // The summaries of single files name them; the one of the whole run does not.
    if (type !== "test:summary" || data.file !== undefined) continue;
    const { passed, topLevel: _, cancelled, skipped, todo, tests } = data.counts;
    yield JSON.stringify({ passed, failed: tests - passed - skipped - todo, cancelled, skipped });
  }
}
