import type { CollectdSource } from "../configuration/metric-section.ts";
import type { Health } from "../health/health.ts";
import type { Journal } from "../health/journal.ts";
import type { KernelFiles } from "../host/kernel-files.ts";
import { type Listener, listen } from "../listen/listener.ts";
import { PacketError, parseCollectdPacket, type ValueList } from "./packet.ts";
import { parseAuthFile, parseTypesDb, type TypesDb } from "./types-db.ts";

export interface CollectdOptions {
  readonly source: CollectdSource;
  /** @param at epoch milliseconds of the value; 0 for now */
  readonly emit: (name: string, dimensions: ReadonlyMap<string, string>, value: number, at: number) => void;
  readonly files: Pick<KernelFiles, "read">;
  readonly health: Health;
  readonly journal: Journal;
}

/** Takes what collectd's network plugin sends. */
export async function startCollectd({ source, emit, files, health, journal }: CollectdOptions): Promise<Listener> {
  const types = new Map<string, readonly string[]>();
  for (const path of source.typesDb) {
    const text = await files.read(path);
    if (text === undefined)
      journal.write("warn", `collectd: ${path} can not be read; values of its types are named by their number`);
    for (const [type, names] of parseTypesDb(text ?? "")) types.set(type, names);
  }
  const users = parseAuthFile((await files.read(source.authFile)) ?? "");
  if (source.security !== "none" && users.size === 0) {
    journal.write(
      "warn",
      `collectd: ${source.authFile} has no user, and collectd_security_level is ${source.security}: nothing will be taken`,
    );
  }
  const security = { level: source.security, passwordOf: (user: string) => users.get(user) };
  return await listen(source.address, {
    take: (packet) => {
      try {
        for (const list of parseCollectdPacket(packet, security)) emitList(source, types, list, emit);
      } catch (error) {
        if (!(error instanceof PacketError)) throw error;
        health.add("PacketsRefused");
        journal.write("warn", `collectd: a packet is refused: ${error.message}`);
      }
    },
    hasRoom: () => true,
    waitForRoom: async () => {},
    onRefused: (reason) => journal.write("warn", `collectd: ${reason}`),
  });
}

/** Named as in the original: `collectd_PLUGIN_VALUE`, with the instance and the type as dimensions. */
export function emitList(
  { prefix, appendDimensions }: Pick<CollectdSource, "prefix" | "appendDimensions">,
  types: TypesDb,
  { host, plugin, pluginInstance, type, typeInstance, time, values }: ValueList,
  emit: CollectdOptions["emit"],
): void {
  const dimensions = new Map<string, string>();
  const parts = { host, instance: pluginInstance, type, type_instance: typeInstance };
  for (const [name, value] of Object.entries(parts)) if (value !== "") dimensions.set(name, value);
  for (const [name, value] of appendDimensions) dimensions.set(name, value);
  const names = types.get(type);
  for (const [index, { value }] of values.entries()) {
    // A value that collectd does not know is sent as "not a number".
    if (Number.isFinite(value))
      emit(`${prefix}${plugin}_${names?.[index] ?? (values.length === 1 ? "value" : index)}`, dimensions, value, time);
  }
}
