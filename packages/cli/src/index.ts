export { COMMANDS } from "./commands.ts";
export { run } from "./run.ts";
