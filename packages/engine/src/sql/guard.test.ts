import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inspect, parameterNames, RefusedStatement } from "./guard.ts";
import { UnreadableStatement } from "./tokens.ts";

const refused = (sql: string) =>
  it(`refuses ${JSON.stringify(sql)}`, () => {
    assert.throws(
      () => inspect(sql),
      (error) => error instanceof RefusedStatement || error instanceof UnreadableStatement,
    );
  });

const accepted = (sql: string, lane: string) =>
  it(`accepts ${JSON.stringify(sql)} in the lane ${lane}`, () => assert.equal(inspect(sql).lane, lane));

const sealedDisk = ({ name = "x", disk = "nephoscope_sealed" } = {}) =>
  `disk = disk(name = '${name}', type = encrypted, disk = '${disk}', key_hex = '${"0f".repeat(32)}', algorithm = 'AES_256_CTR')`;

describe("statements that reach out of the engine", () => {
  for (const sql of [
    "SELECT * FROM file('/etc/passwd', 'LineAsString')",
    "SELECT file('/etc/passwd')",
    "select FILE ('/etc/passwd')",
    "SELECT file/**/('/etc/passwd')",
    "SELECT file -- x\n ('/etc/passwd')",
    "SELECT `file`('/etc/passwd')",
    "SELECT \"file\"('/etc/passwd')",
    "SELECT \"fi\\le\"('/etc/passwd')",
    "SELECT 1, (SELECT max(f) FROM (SELECT file('/etc/passwd') AS f))",
    "SELECT * FROM url('http://127.0.0.1/', 'TSV')",
    "SELECT * FROM s3('http://127.0.0.1/b/k', 'TSV')",
    "SELECT * FROM S3Cluster('c', 'http://127.0.0.1/b/k')",
    "SELECT * FROM remote('127.0.0.1', system.one)",
    "SELECT * FROM remoteSecure('127.0.0.1', system.one)",
    "SELECT * FROM cluster('default', system.one)",
    "SELECT * FROM mysql('h', 'd', 't', 'u', 'p')",
    "SELECT * FROM postgresql('h', 'd', 't', 'u', 'p')",
    "SELECT * FROM sqlite('/tmp/x.db', 't')",
    "SELECT * FROM executable('id', 'TSV', 'x String')",
    "SELECT * FROM input('a String')",
    "SELECT * FROM eval('SELECT 1')",
    "SELECT * FROM loop(file('/etc/passwd'))",
    "SELECT * FROM hdfs('hdfs://h/x')",
    "SELECT * FROM iceberg('http://x')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM system.one JOIN '/etc/passwd' ON 1",
    "DESCRIBE TABLE '/etc/passwd'",
    "DESCRIBE '/etc/passwd'",
    "SELECT 1 INTO OUTFILE '/tmp/x'",
    "SELECT 1 INTO/**/OUTFILE '/tmp/x' TRUNCATE",
    "SELECT 1 into outfile '/tmp/x' FORMAT TSV",
    "INSERT INTO t FROM INFILE '/etc/passwd' FORMAT TSV",
    "INSERT INTO FUNCTION file('/tmp/x', 'TSV') SELECT 1",
    "INSERT INTO TABLE FUNCTION file('/tmp/x', 'TSV') SELECT 1",
    "INSERT INTO t SELECT file('/etc/passwd')",
    "INSERT INTO t VALUES (file('/etc/passwd'))",
    "INSERT INTO t (a) FORMAT Values (file('/etc/passwd'))",
    "INSERT INTO t FORMAT Template ",
    "SELECT * FROM t FORMAT Template",
    "SELECT 1 FORMAT Protobuf SETTINGS format_schema = '/etc/passwd:x'",
    "SELECT 1 SETTINGS format_template_row = '/etc/passwd'",
    "SELECT 1 SETTINGS max_threads = 1, s3_max_connections = 1",
    "SELECT 1 SETTINGS log_comment = 'x'",
    "SELECT catboostEvaluate('/x', 1)",
    "SELECT aiGenerate('x')",
    "BACKUP TABLE t TO File('/tmp/x')",
    "RESTORE TABLE t FROM File('/tmp/x')",
    "ATTACH TABLE t FROM '/tmp/x' (a Int8) ENGINE = MergeTree ORDER BY a",
    "DETACH TABLE t",
    "ATTACH TABLE t UUID 'x' (a Int8) ENGINE = MergeTree ORDER BY a",
    "ATTACH TABLE t UUID 'x' (a Int8) ENGINE = MergeTree ORDER BY a SETTINGS disk = disk(type = local, path = '/etc/')",
    `ATTACH TABLE t UUID 'x' (a Int8) ENGINE = MergeTree ORDER BY a SETTINGS ${sealedDisk({ name: "x', path = '../x" })}`,
    `ATTACH TABLE t UUID 'x' (a Int8) ENGINE = MergeTree ORDER BY a SETTINGS ${sealedDisk({ disk: "default" })}`,
    `ATTACH TABLE t UUID 'x' (a Int8) ENGINE = MergeTree ORDER BY a SETTINGS ${sealedDisk({ disk: "disk(type = local, path = '/')" })}`,
    `CREATE TABLE t (a Int8) ENGINE = MergeTree ORDER BY a SETTINGS ${sealedDisk()}`,
    `SELECT ${sealedDisk()}`,
    "CREATE DICTIONARY d (a UInt64) PRIMARY KEY a SOURCE(FILE(PATH '/etc/passwd' FORMAT 'TSV')) LAYOUT(FLAT()) LIFETIME(0)",
    "CREATE FUNCTION f AS (x) -> x",
    "CREATE USER u",
    "CREATE NAMED COLLECTION c AS a = 1",
    "CREATE OR REPLACE FUNCTION f AS (x) -> x",
    "CREATE TEMPORARY TABLE t (a Int8)",
    "CREATE TABLE t (a Int8) ENGINE = MergeTree ORDER BY a SETTINGS disk = disk(type = local, path = '/tmp/')",
    "GRANT ALL ON *.* TO default",
    "SYSTEM SHUTDOWN",
    "SET max_memory_usage = 0",
    "USE system",
    "1 + 1",
    "SELECT 1; SELECT 2",
    "SELECT 1 /* ; */ ; DROP TABLE t",
  ])
    refused(sql);
});

describe("statements that two readers could read in two ways", () => {
  for (const sql of [
    "",
    " -- nothing",
    "SELECT 1 /* a /* b */ file('/etc/passwd') */",
    "SELECT /* unclosed",
    "SELECT 'unclosed",
    "SELECT # comment\n 1",
    "SELECT $$text$$",
    "SELECT ‘text’",
    "SELECT\u00a01",
    "SELECT 1\0, file('/etc/passwd')",
    "SELECT \\1",
  ])
    refused(sql);
});

describe("statements of the house", () => {
  accepted("SELECT 1", "read");
  accepted("select * from numbers(3) where a like '%file(%'", "read");
  accepted("SELECT 'file(''/etc/passwd'')', \"file\" FROM t", "read");
  accepted("SELECT file, url FROM t", "read");
  accepted("WITH x AS (SELECT 1) SELECT * FROM x", "read");
  accepted("(SELECT 1) UNION ALL (SELECT 2);", "read");
  accepted("SELECT format('{}', a) FROM t SETTINGS max_threads = 1", "read");
  accepted("SELECT 1 -- ; DROP TABLE t", "read");
  accepted("EXPLAIN indexes = 1 SELECT 1", "read");
  accepted("INSERT INTO nephoscope.events (a, b) FORMAT JSONCompactEachRow", "write");
  accepted("INSERT INTO t FORMAT TSV\nfile('x'); anything at all ’", "write");
  accepted("INSERT INTO t SELECT * FROM u", "schema");
  accepted("CREATE TABLE IF NOT EXISTS t (a Int8) ENGINE = MergeTree ORDER BY a", "schema");
  accepted("CREATE MATERIALIZED VIEW IF NOT EXISTS v TO t AS SELECT 1 AS a", "schema");
  accepted("CREATE OR REPLACE VIEW v AS SELECT 1 AS a", "schema");
  accepted("ALTER TABLE t ADD COLUMN IF NOT EXISTS b Int8", "schema");
  accepted("ALTER TABLE t DELETE WHERE a = 1", "schema");
  accepted("DELETE FROM t WHERE a = 1", "schema");
  accepted("DROP TABLE IF EXISTS t", "schema");
  accepted(`ATTACH TABLE t UUID 'x' (a Int8) ENGINE = MergeTree ORDER BY a SETTINGS ${sealedDisk()}`, "control");
  accepted("DETACH TABLE IF EXISTS nephoscope_sealed.t", "control");
  accepted("OPTIMIZE TABLE t FINAL", "schema");
  accepted("KILL QUERY WHERE query_id = 'x'", "control");
  accepted("SELECT read_rows FROM system.processes WHERE query_id = 'x'", "control");
  accepted("SELECT * FROM system.processes, t JOIN u ON 1", "read");
});

describe("the parts of a statement", () => {
  it("finds the head of an INSERT and where its data begin", () => {
    const sql = 'INSERT INTO `db`."t" (a, `b`) SETTINGS async_insert = 0 FORMAT TSV\n1\t2';
    assert.deepEqual(inspect(sql).insert, {
      table: "db.t",
      columns: ["a", "b"],
      settings: { async_insert: "0" },
      format: "TSV",
      dataAt: sql.indexOf("\n"),
    });
  });
  it("finds the outer FORMAT", () => {
    const { format, formatAt } = inspect("SELECT 1 FORMAT JSON");
    assert.deepEqual([format, formatAt], ["JSON", 9]);
  });
  it("leaves out a closing semicolon and comments", () => assert.equal(inspect("SELECT 1 ; -- end").end, 8));
  it("finds the query to kill", () => assert.equal(inspect("KILL QUERY WHERE query_id = 'it''s' SYNC").kill, "it's"));
  it("takes other KILL statements as they are", () =>
    assert.equal(inspect("KILL QUERY WHERE query_id = 'a' OR 1").kill, undefined));
  it("finds parameters outside of quotes and comments", () =>
    assert.deepEqual(parameterNames("SELECT {a:String}, '{b:String}' /* {c:String} */, { d : Array(UInt8) }"), [
      "a",
      "d",
    ]));
});
