import type { Entity } from "./entity.ts";
import { type Destination, type LineFilter, readDestination, readFilters } from "./file-source.ts";
import type { Section } from "./section.ts";

/** One item of `logs.logs_collected.journald.collect_list`. */
export interface JournalSource {
  /** Names of systemd units; empty for the whole journal. */
  readonly units: readonly string[];
  readonly destination: Destination;
  readonly filters: readonly LineFilter[];
}

export function readJournalSource(section: Section, inherited: Entity): JournalSource {
  const source: JournalSource = {
    units: section.texts("units") ?? [],
    destination: readDestination(section, inherited),
    filters: readFilters(section),
  };
  if (!section.has("log_group_name")) section.error("has no log_group_name");
  if (section.text("mode", { oneOf: ["native", "journalctl"] }) === "native") {
    section.note("native is read with journalctl too", "mode");
  }
  section.refuseOthers();
  return source;
}
