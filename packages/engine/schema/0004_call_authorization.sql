-- What was decided on the call and by which statements of which policies: JSON text, a list with a member for each action on a
-- resource that it needed. Empty when nothing was asked: no permission was needed, or nobody was proven.
ALTER TABLE calls ADD COLUMN IF NOT EXISTS authorization String CODEC(ZSTD(1));

-- People ask why a request was denied, and know its id.
ALTER TABLE calls ADD INDEX IF NOT EXISTS by_request_id request_id TYPE bloom_filter(0.01) GRANULARITY 1;
