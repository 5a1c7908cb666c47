export { DataDirectoryBusy, EngineUnavailable, MigrationRefused } from "@nephoscope/engine";
export { diskFault } from "./platform/disk-fault.ts";
export { RootKeyError } from "./platform/secrets/secret-box.ts";
export { NewerFormat } from "./platform/sqlite/newer-format.ts";
export {
  readSettings,
  SettingError,
  type SettingLine,
  type SettingSources,
  type Settings,
  settingsTable,
} from "./settings.ts";
export { type NephoscopeServer, startServer } from "./start.ts";
