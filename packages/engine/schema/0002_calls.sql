-- The audit record of each call to the API: who, what, when, from where, with which result. Written once, never changed.
-- request_parameters and response_elements are JSON text, already without secrets and cut to their limit by the writer;
-- an empty string stands for null. Missing texts are empty.
CREATE TABLE IF NOT EXISTS calls
(
    account LowCardinality(String),
    region LowCardinality(String),
    event_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    event_id UUID,
    -- For example logs.amazonaws.com.
    event_source LowCardinality(String),
    event_name LowCardinality(String),
    request_id String CODEC(ZSTD(1)),
    -- IAMUser, AssumedRole, Root, AWSService …
    principal_type LowCardinality(String),
    principal_arn LowCardinality(String),
    user_name LowCardinality(String),
    access_key_id LowCardinality(String),
    -- Text, because for a service's own call AWS puts the service's name here.
    source_ip String CODEC(ZSTD(1)),
    user_agent LowCardinality(String),
    read_only Bool,
    -- Empty when the call succeeded.
    error_code LowCardinality(String),
    error_message String CODEC(ZSTD(1)),
    request_parameters String CODEC(ZSTD(1)),
    response_elements String CODEC(ZSTD(1)),
    resources Array(Tuple(type String, arn String)) CODEC(ZSTD(1)),
    -- Microseconds from the request's last byte to the answer.
    duration UInt64 CODEC(T64, ZSTD(1)),

    -- LookupEvents finds by one attribute over a time range; these say which granules can hold it.
    INDEX by_event_id event_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_event_name event_name TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_user_name user_name TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_access_key access_key_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_resource resources.arn TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
-- Retention (90 days or more) drops whole months.
PARTITION BY toStartOfMonth(event_time)
-- Newest first is this order read backwards; each page stops at its limit.
ORDER BY (account, region, event_time, event_id)
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1;
