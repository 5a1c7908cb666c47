export {
  readSettings,
  SettingError,
  type SettingLine,
  type SettingSources,
  type Settings,
  settingsTable,
} from "./settings.ts";
export { type NephoscopeServer, startServer } from "./start.ts";
