export { RootKeyError } from "./platform/secrets/secret-box.ts";
export { DataDirectoryInUse } from "./platform/sqlite/sole-owner.ts";
export {
  readSettings,
  SettingError,
  type SettingLine,
  type SettingSources,
  type Settings,
  settingsTable,
} from "./settings.ts";
export { type NephoscopeServer, startServer } from "./start.ts";
