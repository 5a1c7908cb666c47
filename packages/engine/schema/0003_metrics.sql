-- Metrics: which there are, their values as they came, and the roll-ups that outlive them.
--
-- A metric's number is the first half of a SHA-256 of account, region, namespace, name and dimensions, so that it is known without
-- asking. A unit's number is its place in the server's list. Times are whole seconds since 1970.

-- One row for each metric, and again from time to time while it has values: the last_seen of the newest counts.
CREATE TABLE IF NOT EXISTS metric_series
(
    account String CODEC(ZSTD(1)),
    region String CODEC(ZSTD(1)),
    namespace String CODEC(ZSTD(1)),
    name String CODEC(ZSTD(1)),
    -- In the order of their names.
    dimension_names Array(String) CODEC(ZSTD(1)),
    dimension_values Array(String) CODEC(ZSTD(1)),
    metric UInt64,
    last_seen DateTime('UTC') CODEC(Delta, ZSTD(1)),

    -- A dimension's value that few metrics have is found without reading the others.
    INDEX by_value dimension_values TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(last_seen)
-- The order of ListMetrics: a page begins where the one before ended.
ORDER BY (account, region, namespace, name, dimension_names, dimension_values)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1,
    index_granularity = 1024;

-- Values as they came, for the first hours. All rows of one call have the same `received`, so they are in one partition and
-- one part: after a crash either all of them are there or none.
CREATE TABLE IF NOT EXISTS metric_samples
(
    metric UInt64 CODEC(ZSTD(1)),
    unit UInt8,
    -- The whole minute, or the whole second for a storage resolution of one second.
    time DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
    received DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
    -- The call that brought it, or the log event that it was made from: the same when it is sent again.
    put UInt64 CODEC(ZSTD(1)),
    -- The group of that log event; 0 for values that came by themselves.
    log_group UInt32,
    -- Stands for its minute only while the metric has no other value in it; several stand for one.
    filler UInt8,
    samples Float64 CODEC(ZSTD(1)),
    total Float64 CODEC(ZSTD(1)),
    lowest Float64 CODEC(ZSTD(1)),
    highest Float64 CODEC(ZSTD(1)),
    -- The values and how often each occurs. Empty: all are equal, or, where lowest < highest, only the four figures are known.
    vals Array(Float64) CODEC(ZSTD(1)),
    counts Array(Float64) CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toStartOfHour(received)
ORDER BY (metric, unit, time)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1,
    index_granularity = 2048;

-- The same by whole minutes. A total is written as a decimal number where it is one: total = mantissa / 10^scale, the scale the same
-- for a metric's rows of one hour; scale 255 means the 64 bits of a floating-point number. That takes a third less than ZSTD of the
-- floating-point numbers. A row of one sample has 0 in lowest and highest, which then are the total.
CREATE TABLE IF NOT EXISTS metric_minutes
(
    metric UInt64 CODEC(ZSTD(1)),
    unit UInt8,
    time DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
    -- The roll-up that wrote the row; the server knows which of them were finished.
    batch UInt32 CODEC(DoubleDelta, ZSTD(1)),
    filler UInt8,
    samples Float64 CODEC(ZSTD(1)),
    mantissa Int64 CODEC(T64('bit'), ZSTD(1)),
    scale UInt8,
    lowest Float64 CODEC(ZSTD(1)),
    highest Float64 CODEC(ZSTD(1)),
    vals Array(Float64) CODEC(ZSTD(1)),
    counts Array(Float64) CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toDate(time)
ORDER BY (metric, unit, time)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1,
    index_granularity = 2048;

-- By five minutes.
CREATE TABLE IF NOT EXISTS metric_five_minutes AS metric_minutes
ENGINE = MergeTree
PARTITION BY toDate(time)
ORDER BY (metric, unit, time)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1,
    index_granularity = 2048;

-- By hours.
CREATE TABLE IF NOT EXISTS metric_hours AS metric_minutes
ENGINE = MergeTree
PARTITION BY toStartOfMonth(time)
ORDER BY (metric, unit, time)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1,
    index_granularity = 2048;
