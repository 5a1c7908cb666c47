import type { EngineLimits } from "../limits.ts";
import { SEALED_DISK } from "../sealed-tables.ts";

/**
 * The configuration of the embedded engine as two XML texts. It is always given explicitly, because chdb would
 * otherwise pick up a stray `config.xml` of the working directory.
 *
 * No `*_log` section appears: without one ClickHouse writes no query_log, trace_log, metric_log or text_log.
 */
export function engineConfig(options: {
  limits: EngineLimits;
  usersFile: string;
  userFiles: string;
  /** The folder of the sealed tables. */
  sealed: string;
}): string {
  const { limits } = options;
  const mib = 1024 ** 2;
  const settings: Record<string, string | number> = {
    users_config: options.usersFile,
    // The only folder that sources would be allowed to read, if a grant ever let them; it stays empty.
    user_files_path: options.userFiles,
    // No statement may lay a disk of its own anywhere else.
    custom_local_disks_base_directory: `${options.sealed}/`,
    max_server_memory_usage: limits.memory,
    // Small caches: the page cache of the system holds the same bytes. Marks and primary keys are what every query needs.
    mark_cache_size: Math.min(256 * mib, Math.floor(limits.memory / 16)),
    index_mark_cache_size: 32 * mib,
    primary_index_cache_size: Math.min(128 * mib, Math.floor(limits.memory / 32)),
    uncompressed_cache_size: 0,
    index_uncompressed_cache_size: 0,
    mmap_cache_size: 0,
    page_cache_max_size: 0,
    query_condition_cache_size: 16 * mib,
    compiled_expression_cache_size: 16 * mib,
    vector_similarity_index_cache_size: mib,
    text_index_dictionary_block_cache_size: 32 * mib,
    text_index_header_cache_size: 16 * mib,
    text_index_postings_cache_size: 32 * mib,
    // One machine, no replicas: a few threads merge, none fetch, move or distribute.
    background_pool_size: 2,
    background_merges_mutations_concurrency_ratio: 2,
    // Merges build the n-gram filter, which costs more than the inserts themselves: they take what inserts and queries leave.
    os_threads_nice_value_merge_mutate: 19,
    background_schedule_pool_size: 2,
    background_common_pool_size: 2,
    background_move_pool_size: 1,
    background_fetches_pool_size: 1,
    background_buffer_flush_schedule_pool_size: 1,
    background_distributed_schedule_pool_size: 1,
    background_message_broker_schedule_pool_size: 1,
    max_thread_pool_size: 1000,
    max_thread_pool_free_size: 16,
    thread_pool_queue_size: 1000,
    // A table dropped by a migration or a test is gone at once, as the caller expects.
    database_atomic_delay_before_drop_table_sec: 0,
  };
  const lines = Object.entries(settings).map(([name, value]) => `  <${name}>${xml(String(value))}</${name}>`);
  return `<clickhouse>
  <logger><level>none</level><console>0</console></logger>
  <send_crash_reports><enabled>false</enabled></send_crash_reports>
${lines.join("\n")}
  <storage_configuration>
    <disks>
      <${SEALED_DISK}><type>local</type><path>${xml(options.sealed)}/</path></${SEALED_DISK}>
    </disks>
  </storage_configuration>
  <merge_tree>
    <!-- What an insert acknowledged must survive the power going away: the files, and their entry in the folder. -->
    <fsync_after_insert>1</fsync_after_insert>
    <fsync_part_directory>1</fsync_part_directory>
    <!-- Parts that a merge has replaced. Ours are synced when they are merged, so the sources need not wait out a power cut. -->
    <old_parts_lifetime>60</old_parts_lifetime>
  </merge_tree>
</clickhouse>
`;
}

const TABLE_ENGINES = ["", "Replacing", "Summing", "Aggregating", "Collapsing", "VersionedCollapsing", "Coalescing"]
  .map((kind) => `${kind}MergeTree`)
  .concat("Null", "Memory", "View", "MaterializedView", "Join", "Set", "Merge", "Buffer", "Atomic");

/** Settings that a query may lower and never raise. */
function boundedSettings(limits: EngineLimits): Record<string, number> {
  return {
    max_memory_usage: limits.queryMemory,
    max_execution_time: limits.querySeconds,
    max_result_rows: limits.resultRows,
    max_threads: limits.queryThreads,
  };
}

/** The settings every query starts with. */
export function profile(limits: EngineLimits): Record<string, string> {
  const values = {
    ...boundedSettings(limits),
    log_queries: 0,
    allow_introspection_functions: 0,
    // A result that was cut short must never look like a whole one.
    result_overflow_mode: "throw",
    timeout_overflow_mode: "throw",
    // The kinds of statements are fixed at the door; an expression alone is none of them.
    implicit_select: 0,
    // Rows arrive in one buffer of known size; parallel parsing would copy it per thread.
    input_format_parallel_parsing: 0,
    output_format_json_quote_64bit_integers: 1,
    max_insert_threads: 1,
  };
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}

/** The one user of the embedded engine: limits that a query can lower and never raise, and grants without any source. */
export function engineUsers(limits: EngineLimits): string {
  const bounded = boundedSettings(limits);
  const values = profile(limits);
  const lines = Object.entries(values).map(([name, value]) => `<${name}>${xml(String(value))}</${name}>`);
  // Zero means "no limit", hence the lower bound.
  const constraints = [
    ...Object.entries(bounded).map(([name, max]) => `<${name}><min>1</min><max>${max}</max></${name}>`),
    "<result_overflow_mode><const/></result_overflow_mode><timeout_overflow_mode><const/></timeout_overflow_mode>",
    "<log_queries><const/></log_queries><allow_introspection_functions><const/></allow_introspection_functions>",
    "<merge_tree_fsync_after_insert><min>1</min></merge_tree_fsync_after_insert>",
    "<merge_tree_fsync_part_directory><min>1</min></merge_tree_fsync_part_directory>",
  ];
  const grants = [
    "GRANT SHOW, SELECT, INSERT, ALTER, CREATE DATABASE, CREATE TABLE, CREATE VIEW, DROP, TRUNCATE, OPTIMIZE, KILL QUERY, CHECK ON *.*",
    "GRANT CREATE TEMPORARY TABLE ON *.*",
    // Named engines only. A source (File, URL, S3, MySQL…) would also need a grant that nobody has.
    ...TABLE_ENGINES.map((engine) => `GRANT TABLE ENGINE ON ${engine}`),
  ];
  return `<clickhouse>
  <profiles><default>
    ${lines.join("\n    ")}
    <constraints>
      ${constraints.join("\n      ")}
    </constraints>
  </default></profiles>
  <quotas><default/></quotas>
  <users><default>
    <password></password>
    <networks><ip>127.0.0.1</ip><ip>::1</ip></networks>
    <profile>default</profile>
    <quota>default</quota>
    <grants>
      ${grants.map((grant) => `<query>${xml(grant)}</query>`).join("\n      ")}
    </grants>
  </default></users>
</clickhouse>
`;
}

function xml(text: string): string {
  return text.replace(/[&<>]/g, (c) => (c === "&" ? "&amp;" : c === "<" ? "&lt;" : "&gt;"));
}
