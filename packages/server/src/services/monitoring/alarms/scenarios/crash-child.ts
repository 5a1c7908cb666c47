import { openCrashLife } from "./crash-life.ts";

// A process that lives through minute after minute as fast as it can, until it is killed.
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("give the folder");
const life = await openCrashLife(folder);
process.stdout.write("ready\n");
for (;;) await life.minute();
