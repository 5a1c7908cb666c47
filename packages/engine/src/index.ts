export * from "./appender.ts";
export * from "./client.ts";
export * from "./cluster.ts";
export * from "./embedded.ts";
export * from "./engine.ts";
export * from "./errors.ts";
export { defaultLimits, type EngineLimits } from "./limits.ts";
export * from "./migrations.ts";
export { lockDirectory } from "./process/lock.ts";
export {
  closeSealedTable,
  dropSealedTable,
  NoSealedDisk,
  openSealedTable,
  SEALED_DATABASE,
  SEALED_KEY_BYTES,
  sealedTableName,
} from "./sealed-tables.ts";
export { identifier, literal } from "./sql/tokens.ts";
