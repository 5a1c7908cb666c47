import type { Plan } from "./plan.ts";

/**
 * Whether the rows of a query are its newest matching events, in that order: then it can be asked for a late part of its range
 * first, and for earlier ones only while rows are wanting. So is a query of events without an order, which AWS gives newest first.
 */
export function isNewestFirst({ rawEvents, steps }: Plan): boolean {
  if (!rawEvents) return false;
  // Steps that look at one event at a time give the same rows whatever part of the range is asked for.
  const eventByEvent = steps.slice(0, -1).every((step) => EVENT_BY_EVENT.has(step.kind));
  const last = steps.at(-1);
  if (!eventByEvent || last?.kind !== "take") return false;
  const [first] = last.order;
  if (first === undefined) return true;
  return (
    first.descending &&
    first.expression.kind === "field" &&
    first.expression.name === "@timestamp" &&
    !redefinesTime(steps)
  );
}

const EVENT_BY_EVENT: ReadonlySet<string> = new Set(["compute", "filter", "parse-glob", "parse-regex", "lookup"]);

function redefinesTime(steps: Plan["steps"]): boolean {
  return steps.some(
    (step) =>
      (step.kind === "compute" && step.name === "@timestamp") ||
      ((step.kind === "parse-glob" || step.kind === "parse-regex") &&
        step.names.some(({ name }) => name === "@timestamp")),
  );
}
