import type { Contributor } from "../alarm.ts";
import type { ContributorConclusion } from "./conclusion.ts";

/** A series of a query that groups, which has gone into ALARM or left it. */
export interface ContributorChange {
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly value: "ALARM" | "OK";
  readonly reason: string;
}

export interface ContributorChanges {
  /** Those in ALARM from now on. */
  readonly contributors: Readonly<Record<string, Contributor>>;
  readonly changes: readonly ContributorChange[];
}

/** Contributors in ALARM that are tracked and told of; more only count (user guide, "Alarms on Metrics Insights queries"). */
export const MOST_CONTRIBUTORS = 100;

/** What an evaluation changes. A series that the query does not give any more is OK. */
export function contributorChanges(
  before: Readonly<Record<string, Contributor>>,
  concluded: readonly ContributorConclusion[],
  now: number,
): ContributorChanges {
  const contributors: Record<string, Contributor> = {};
  const changes: ContributorChange[] = [];
  const byId = new Map(concluded.map((one) => [one.id, one]));
  for (const [id, contributor] of Object.entries(before)) {
    const found = byId.get(id);
    if (found !== undefined && (found.state === undefined || found.state === "ALARM")) contributors[id] = contributor;
    else {
      const reason = found?.reason ?? "No data was returned for this contributor";
      changes.push({ id, attributes: contributor.attributes, value: "OK", reason });
    }
  }
  let room = MOST_CONTRIBUTORS - Object.keys(contributors).length;
  for (const { id, attributes, state, reason } of concluded) {
    if (state !== "ALARM" || Object.hasOwn(contributors, id) || room <= 0) continue;
    room -= 1;
    contributors[id] = { attributes, reason, since: now };
    changes.push({ id, attributes, value: "ALARM", reason });
  }
  return { contributors, changes };
}
