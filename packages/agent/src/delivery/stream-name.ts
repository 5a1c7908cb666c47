import type { Entity } from "../configuration/entity.ts";
import type { GroupClass } from "../configuration/file-source.ts";

/** Where a batch goes; names are final. */
export interface StreamName {
  readonly group: string;
  readonly name: string;
  readonly groupClass: GroupClass | undefined;
  readonly retentionDays: number | undefined;
  readonly entity: Entity;
  /** `json/emf` for events that carry metrics. */
  readonly format: string | undefined;
}
