-- Log events. One row is one event of one PutLogEvents call. docs/engine-measurements.md holds the figures behind each choice.
--
-- What the writer must do:
--   * insert in blocks as large as arrive within one group commit (10,000 to 50,000 rows): a block costs about one
--     fsync of a dozen small files for each partition it touches, whatever its size;
--   * send exclude_materialize_skip_indexes_on_insert = message_grams: it is then built by merges, not while a caller waits;
--   * send max_partitions_per_insert_block = 0: imports of old events may touch many days in one block.
-- What the reader must do:
--   * name the group (group_id = or IN) and the time range as literals: the key and the partitions prune by them;
--   * order by timestamp, seq (both in the same direction): for one group that is the order on disk, and a LIMIT stops early;
--   * write a substring search as message LIKE '%needle%' with %, _ and \ in the needle escaped. position() and hasToken()
--     do not use the filter; match() does when the expression holds a literal of at least 4 bytes.
CREATE TABLE IF NOT EXISTS events
(
    -- One number for one life of a log group: a group deleted and made again has another.
    group_id UInt32,
    -- A stream's name repeats thousands of times in a block and has few values there.
    stream LowCardinality(String),
    timestamp DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    -- Unique and rising: (milliseconds of ingestion << 20) + counter. Orders events of the same timestamp.
    seq UInt64 CODEC(Delta, ZSTD(1)),
    -- The PutLogEvents call and the event's index in it, the same in every retry: finds what a crash left of a call. Within a call
    -- it counts up, so the differences are what is stored.
    put UInt64 CODEC(Delta, ZSTD(1)),
    -- The group's retention in days when the event came, 0 for never; only the partition reads it.
    retention UInt16,
    -- LZ4 loads hardly faster and takes 70 % more disk.
    message String CODEC(ZSTD(1)),
    ingestion_time DateTime64(3, 'UTC') ALIAS fromUnixTimestamp64Milli(toInt64(bitShiftRight(seq, 20)), 'UTC'),

    -- Substring search. Says for every 8,192 rows which sequences of 4 bytes occur in them, so that a rare word reads the few
    -- granules that hold it. 32 KiB a granule: half of that lets through three to four times as many granules. A text index
    -- was four to six times slower for substrings (it scans its dictionary), took six to eight times the disk, and loads hardly faster.
    -- Building it costs 20 CPU seconds per GB, once in each merge.
    INDEX message_grams message TYPE ngrambf_v1(4, 32768, 2, 0) GRANULARITY 1,
    -- After a crash the events above a number are counted again; this finds their granules without reading the others.
    INDEX seq_range seq TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
-- Retention drops whole partitions. The bucket grows with the retention, so that no class has more than about 180 partitions
-- and an event outlives its retention by at most a day, a week (from 31 days on) or a month (from 181 days on).
PARTITION BY (retention, multiIf(retention = 0 OR retention > 180, toStartOfMonth(timestamp), retention > 30, toMonday(timestamp), toDate(timestamp)))
-- Stream before time would save 15 % of disk, but then the newest 20 events of a group, and any search in time order that stops
-- early, read the whole group: 105 ms instead of 5 ms over 5 million.
ORDER BY (group_id, timestamp, seq)
SETTINGS
    -- Acknowledged means on disk: the part's files and its directory are synced before the INSERT returns.
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    -- A merge removes the synced parts it was made from; so it must be synced itself, or a power cut loses old acknowledged events.
    min_rows_to_fsync_after_merge = 1,
    -- Each merge builds the filter again. Wider merges mean fewer of them for each row: a third less CPU than base 5.
    merge_selector_base = 10,
    -- About 40 GB of messages: larger parts gain nothing, and a merge of them would hold a thread for an hour.
    max_bytes_to_merge_at_max_space_in_pool = 8589934592;
