import { decoderLabel } from "../lines/encoding.ts";
import { compilePattern, type Pattern, PatternError } from "../lines/pattern.ts";
import { type TimestampFormat, timestampFormat } from "../lines/timestamp.ts";
import { type Entity, readEntity } from "./entity.ts";
import type { Section } from "./section.ts";

export type GroupClass = "STANDARD" | "INFREQUENT_ACCESS" | "DELIVERY";

export interface LineFilter {
  readonly type: "include" | "exclude";
  readonly pattern: Pattern;
}

/** Where events go. Names may have placeholders still. */
export interface Destination {
  /** Undefined: derived from the source. */
  readonly group: string | undefined;
  /** Undefined: the section's, or the host's name. */
  readonly stream: string | undefined;
  readonly groupClass: GroupClass | undefined;
  /** Days; undefined leaves the group as it is. */
  readonly retentionDays: number | undefined;
  readonly entity: Entity;
}

/** One item of `logs.logs_collected.files.collect_list`. */
export interface FileSource {
  /** A path, or a pattern with `*`, `?`, `[…]` and `**`. */
  readonly filePath: string;
  readonly destination: Destination;
  readonly timestamp: TimestampFormat | undefined;
  readonly trimTimestamp: boolean;
  /** A line that matches begins an event; undefined: every line is one. */
  readonly multiLineStart: Pattern | undefined;
  /** A label of the Encoding standard; undefined for UTF-8. */
  readonly encoding: string | undefined;
  readonly filters: readonly LineFilter[];
  /** Files whose name matches are left out. */
  readonly blacklist: Pattern | undefined;
  /** Every file that matches is followed, each to a stream of its own; otherwise the one written last. */
  readonly everyFile: boolean;
  /** Files that a newer one replaced are deleted when everything in them is stored. */
  readonly removeWhenDone: boolean;
  /** Under back-pressure, descriptors of files that are gone are closed, even though their rest is lost then. */
  readonly releaseDescriptors: boolean;
  readonly ignoreSymlinks: boolean;
}

export const RETENTION_DAYS = [
  -1, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const MAX_PATH = 4096;

/** @returns the source; undefined when it is not for this platform, or has errors that keep it from being read */
export function readFileSource(section: Section, inherited: Entity): FileSource | undefined {
  const filePath = section.text("file_path", { min: 1, max: MAX_PATH });
  if (!section.has("file_path")) section.error("has no file_path");
  const timestampText = section.text("timestamp_format", { min: 1, max: MAX_PATH });
  const zone = section.text("timezone", { oneOf: ["Local", "LOCAL", "UTC"] });
  const timestamp =
    timestampText === undefined ? undefined : timestampFormat(timestampText, zone === "UTC" ? "utc" : "local");
  if (timestamp !== undefined && timestamp.unknown.length > 0) {
    section.note(`${timestamp.unknown.join(", ")} is no directive and is looked for as it stands`, "timestamp_format");
  }
  const start = section.text("multi_line_start_pattern", { min: 1, max: MAX_PATH });
  const source: Omit<FileSource, "filePath"> = {
    destination: readDestination(section, inherited),
    timestamp,
    trimTimestamp: section.boolean("trim_timestamp") ?? false,
    multiLineStart: start === undefined ? undefined : readStart(section, start, timestamp),
    encoding: readEncoding(section),
    filters: readFilters(section),
    blacklist: readPattern(section, "blacklist"),
    everyFile: section.boolean("publish_multi_logs") ?? false,
    removeWhenDone: section.boolean("auto_removal") ?? false,
    releaseDescriptors: section.text("backpressure_mode", { oneOf: ["fd_release"] }) !== undefined,
    ignoreSymlinks: section.boolean("ignore_symlinks") ?? false,
  };
  if (section.has("kms_key_id"))
    section.note("has no effect: give the log group its key with AssociateKmsKey", "kms_key_id");
  section.ignore("kms_key_id", "pipe", "from_beginning");
  section.refuseOthers();
  if (filePath === undefined) return undefined;
  if (isWindowsPath(filePath)) {
    section.note(`${filePath} is a path of Windows and is skipped on this host`, "file_path");
    return undefined;
  }
  if (!filePath.startsWith("/")) {
    section.error(`must be an absolute path, not "${filePath}"`, "file_path");
    return undefined;
  }
  return { filePath, ...source };
}

export function readDestination(section: Section, inherited: Entity): Destination {
  const days = section.integer("retention_in_days", { oneOf: RETENTION_DAYS });
  const groupClass = section.text("log_group_class", { min: 1, max: 512 })?.toUpperCase();
  if (groupClass !== undefined && !isGroupClass(groupClass)) {
    section.error(`must be STANDARD, INFREQUENT_ACCESS or DELIVERY, not "${groupClass}"`, "log_group_class");
  }
  return {
    group: section.text("log_group_name", { min: 1, max: 512 }),
    stream: section.text("log_stream_name", { min: 1, max: 512 }),
    groupClass: groupClass !== undefined && isGroupClass(groupClass) ? groupClass : undefined,
    retentionDays: days === -1 ? undefined : days,
    entity: readEntity(section, inherited),
  };
}

const isGroupClass = (text: string): text is GroupClass => ["STANDARD", "INFREQUENT_ACCESS", "DELIVERY"].includes(text);

/** The original takes the words `{timestamp_format}` and, by an old misprint that configurations carry, `{datetime_format}`. */
function readStart(section: Section, text: string, timestamp: TimestampFormat | undefined): Pattern | undefined {
  const name = "multi_line_start_pattern";
  if (!/^\{(timestamp_format|timestampe_format|datetime_format)\}$/.test(text)) return readPattern(section, name);
  if (timestamp !== undefined) return compilePattern(timestamp.pattern);
  section.error("stands for the timestamp_format, which is not given", name);
  return undefined;
}

export function readFilters(section: Section): readonly LineFilter[] {
  const filters: LineFilter[] = [];
  for (const item of section.sections("filters") ?? []) {
    const type = item.text("type", { oneOf: ["include", "exclude"] });
    const pattern = readPattern(item, "expression");
    if (!item.has("type")) item.error("has no type: include or exclude");
    if (!item.has("expression")) item.error("has no expression");
    item.refuseOthers();
    if ((type === "include" || type === "exclude") && pattern !== undefined) filters.push({ type, pattern });
  }
  return filters;
}

export function readPattern(section: Section, name: string): Pattern | undefined {
  const text = section.text(name, { min: 1, max: MAX_PATH });
  if (text === undefined) return undefined;
  try {
    return compilePattern(text);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    section.error(`is no regular expression: ${error.message}`, name);
    return undefined;
  }
}

function readEncoding(section: Section): string | undefined {
  const name = section.text("encoding", { min: 1, max: 4096 });
  if (name === undefined) return undefined;
  const label = decoderLabel(name);
  if (label === undefined) section.error(`"${name}" is no encoding that this agent knows`, "encoding");
  return label === "utf-8" ? undefined : label;
}

/** `C:\logs`, `\\host\share`. */
const isWindowsPath = (path: string): boolean => /^[A-Za-z]:[\\/]|^\\\\|^\.?\\/.test(path) || /^%[A-Za-z]+%/.test(path);
