import { createHash } from "node:crypto";
import type { Plugin } from "vite";

/**
 * Makes files of the fonts that stand as text inside Cloudscape's style sheet: a browser then loads the two that a page uses and not all
 * eight, and the content policy needs no exception for them.
 */
export function fontFiles(base: string): Plugin {
  return {
    name: "nephoscope-font-files",
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== "asset" || !file.fileName.endsWith(".css")) continue;
        file.source = String(file.source).replace(FONT, (_all, data: string) => {
          const source = Buffer.from(data, "base64");
          const name = createHash("sha256").update(source).digest("base64url").slice(0, 8);
          const fileName = `assets/open-sans-${name}.woff2`;
          this.emitFile({ type: "asset", fileName, source });
          return `url(${base}${fileName})`;
        });
      }
    },
  };
}

const FONT = /url\(data:font\/woff2;base64,([A-Za-z0-9+/=]+)\)/g;
