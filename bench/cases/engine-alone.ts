import { join } from "node:path";
import { startEngine } from "@nephoscope/engine";
import { type Case, type Figure, median } from "../case.ts";
import { NEEDLES } from "../data-sets/mixed.ts";
import { grep } from "../peers/grep.ts";

/** The same questions as SQL, without the server. */
const QUERIES = {
  histogram: "SELECT toStartOfFiveMinutes(timestamp) AS bin, count() FROM events GROUP BY bin ORDER BY bin",
  "flow records split and counted by action":
    "SELECT splitByChar(' ', message)[13] AS action, count() FROM events WHERE message LIKE '2 123456789012 %' GROUP BY action",
} as const;
const RUNS = 3;

export const engineAlone: Case = {
  name: "engine-alone",
  about: "The engine's share: the data directory of the stopped server, opened by the engine package, asked in SQL.",
  async run(bench) {
    await bench.loaded();
    const directory = await bench.release();
    const began = performance.now();
    const engine = await startEngine({ dataDir: join(directory, "engine"), database: "nephoscope", log: () => {} });
    const opened = performance.now() - began;
    const settings = { use_query_condition_cache: 0 };
    const time = async (sql: string) => {
      const from = performance.now();
      await engine.client.rows({ sql, settings });
      return performance.now() - from;
    };
    const figures: Figure[] = [{ name: "open the loaded directory", value: opened, unit: "ms" }];
    try {
      const words: number[] = [];
      for (const word of NEEDLES)
        words.push(await time(`SELECT timestamp, message FROM events WHERE message LIKE '%${word}%' LIMIT 100`));
      const peer = await grep("-F", NEEDLES[0], bench.data.messagesFile);
      figures.push(
        { name: "rare word, median", value: median(words), unit: "ms" },
        { name: "rare word / grep -F", value: median(words) / peer.ms, unit: "ratio" },
      );
      for (const [name, sql] of Object.entries(QUERIES)) {
        const times: number[] = [];
        for (let run = 0; run < RUNS; run++) times.push(await time(sql));
        figures.push({ name: `${name}, median`, value: median(times), unit: "ms" });
      }
    } finally {
      await engine.close();
    }
    return figures;
  },
};
