import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { fontFiles } from "./build/font-files.ts";

// No bucket's name begins with an underscore, so these addresses are never an object's.
const BASE = "/_console/";

export default defineConfig({
  root: import.meta.dirname,
  base: BASE,
  plugins: [react(), fontFiles(BASE)],
  build: {
    outDir: "dist/by-hand",
    assetsDir: "assets",
    emptyOutDir: true,
    target: "es2022",
    // The first that know light-dark(); older ones would get a substitute that knows one look only.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    // The content policy forbids what stands inside the page: pictures and fonts are files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // Most of it is React and Cloudscape, which every page needs.
    chunkSizeWarningLimit: 1_200,
  },
});
