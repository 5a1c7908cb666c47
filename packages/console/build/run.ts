// Builds the console into the folder given, with compressed forms beside each file. A process of its own, so that the bundler's memory goes with it.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { build } from "vite";

const folder = process.argv[2];
if (folder === undefined) throw new Error("Usage: node run.ts FOLDER");
await build({
  configFile: join(import.meta.dirname, "..", "vite.config.ts"),
  build: { outDir: folder },
  logLevel: "error",
});

/** Fonts and pictures are compressed as they are. */
const COMPRESSIBLE = /\.(js|css|html|svg|json)$/;

await Promise.all(
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => COMPRESSIBLE.test(name))
    .map(async (name) => {
      const path = join(folder, name);
      const bytes = readFileSync(path);
      const [br, gz] = await Promise.all([
        promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
        promisify(gzip)(bytes, { level: 9 }),
      ]);
      writeFileSync(`${path}.br`, br);
      writeFileSync(`${path}.gz`, gz);
    }),
);
