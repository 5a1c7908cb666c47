import { SEALED_DATABASE, SEALED_DISK } from "../sealed-tables.ts";
import { type Token, tokens, UnreadableStatement } from "./tokens.ts";

/**
 * The second line of defence at the engine's door, behind the grants of the engine's only user: which statements
 * exist at all for callers. It is needed because the embedded engine believes itself a command-line tool: it enforces
 * grants for sources, but lets any user read a path with the function `file()`, and write one with INTO OUTFILE.
 */
export type Statement = {
  /** The lane it runs in: reads never hold up writes. */
  readonly lane: "read" | "write" | "schema" | "control";
  /** First word, upper case. */
  readonly verb: string;
  /** End of the statement's last token (a closing `;` and trailing comments left out). */
  readonly end: number;
  /** Where FORMAT starts, for a statement with an output format of its own. */
  readonly formatAt?: number;
  readonly format?: string;
  /** An INSERT whose rows follow as data (`FORMAT x`), in place of SELECT or VALUES. */
  readonly insert?: InsertHead;
  /** `KILL QUERY WHERE query_id = '…'`, which the door answers from its own list of queries. */
  readonly kill?: string;
};

export type InsertHead = {
  /** `table` or `database.table`. */
  readonly table: string;
  readonly columns?: readonly string[];
  readonly settings: Readonly<Record<string, string>>;
  readonly format: string;
  /** Offset of the first character behind the format's name. */
  readonly dataAt: number;
};

/** The statement is none that this engine accepts from a caller. */
export class RefusedStatement extends Error {
  override name = "RefusedStatement";
}

const LANES: Record<string, Statement["lane"]> = {
  SELECT: "read",
  WITH: "read",
  SHOW: "read",
  DESCRIBE: "read",
  DESC: "read",
  EXISTS: "read",
  EXPLAIN: "read",
  CHECK: "read",
  // With rows as data it is a write; INSERT … SELECT may run for minutes, and must not hold up the rows that come in.
  INSERT: "schema",
  CREATE: "schema",
  // Of encrypted tables, for which statements wait: quick, and not to be held up by a long change of schema.
  ATTACH: "control",
  DETACH: "control",
  ALTER: "schema",
  DROP: "schema",
  TRUNCATE: "schema",
  RENAME: "schema",
  EXCHANGE: "schema",
  OPTIMIZE: "schema",
  DELETE: "schema",
  KILL: "control",
};

/** Table functions that read nothing but the engine's own tables or nothing at all. Every other one is refused. */
export const ALLOWED_TABLE_FUNCTIONS: ReadonlySet<string> = new Set(
  `format generaterandom generateseries generate_series merge mergetreeanalyzeindexes mergetreeindex mergetreeprojection
   mergetreetextindex null numbers numbers_mt primes values view viewexplain viewifpermitted zeros zeros_mt`.split(
    /\s+/,
  ),
);

/**
 * Names that, followed by a parenthesis, reach out of the engine or hide another query: table functions (all of ClickHouse
 * 26.7 that are not in the list above; a test compares with `system.table_functions`), functions, and the `disk(…)` of settings.
 */
export const REFUSED_FUNCTIONS: ReadonlySet<string> = new Set(
  `arrowstream azureblobstorage azureblobstoragecluster cluster clusterallreplicas cosn deltalake deltalakeazure
   deltalakeazurecluster deltalakecluster deltalakelocal deltalakes3 deltalakes3cluster dictionary eval executable file filecluster
   filesystem fuzzjson fuzzquery gcs hdfs hdfscluster hudi hudicluster iceberg icebergazure icebergazurecluster icebergcluster
   iceberghdfs iceberghdfscluster iceberglocal iceberglocalcluster icebergs3 icebergs3cluster input jdbc loop
   mergetreeanalyzeindexesuuid mongodb mysql odbc oss paimon paimonazure paimonazurecluster paimoncluster paimonhdfs
   paimonhdfscluster paimonlocal paimons3 paimons3cluster postgresql prometheusquery prometheusqueryrange python redis remote
   remotesecure s3 s3cluster sqlite sqlstandardvalues timeseriesdata timeseriesmetrics timeseriessamples timeseriesselector
   timeseriestags url urlcluster ytsaurus
   catboostevaluate aiclassify aigenerate aiembed aiextract aitranslate disk`.split(/\s+/),
);

/** Formats that work on bytes alone: no schema file, no template file, no registry. */
const FORMATS =
  /^(?:JSON[A-Za-z]*|NDJSON|CSV(?:WithNames(?:AndTypes)?)?|T(?:SV|abSeparated)(?:Raw)?(?:WithNames(?:AndTypes)?)?|TSKV|RowBinary(?:WithNames(?:AndTypes)?)?|Native|Pretty[A-Za-z]*|Vertical|Values|Null|Markdown|XML|LineAsString|RawBLOB|Parquet|Arrow|ArrowStream)$/;

/** Settings that name files, credentials or remote services, or that widen what a statement may do. */
const REFUSED_SETTINGS =
  /^(?:format_schema|format_template|format_avro_schema_registry|readonly$|allow_ddl|allow_introspection|s3_|azure_|hdfs_|custom_|user_|http_|ai_|distributed_|insert_distributed|log_comment$|query_id$|session_|storage_file|external_|engine_file|engine_url|schema_inference_cache|filesystem_cache_name|into_outfile|input_format_record_errors|output_format_schema|table_function_remote|url_base|workload$)/;

const SETTING_NAME = /^[a-z][a-z0-9_]*$/;
const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Refuses a setting that a caller must not change; the name is one as in a URL parameter or a SETTINGS clause. */
export function checkSetting(name: string): void {
  if (!SETTING_NAME.test(name) || REFUSED_SETTINGS.test(name))
    throw new RefusedStatement(`The setting ${JSON.stringify(name)} cannot be changed here`);
}

/** Refuses a format that can reach files or the network. */
export function checkFormat(name: string): void {
  if (!FORMATS.test(name)) throw new RefusedStatement(`The format ${JSON.stringify(name)} is not accepted`);
}

/** Reads and checks one statement. @throws RefusedStatement, UnreadableStatement */
export function inspect(sql: string): Statement {
  const head = insertHead(sql);
  if (head !== undefined) return { lane: "write", verb: "INSERT", end: head.dataAt, insert: head };

  const all = [...tokens(sql)];
  while (symbol(all.at(-1), ";")) all.pop();
  const last = all.at(-1);
  const first = all.find((token) => !symbol(token, "("));
  if (first === undefined || last === undefined) throw new UnreadableStatement("The statement is empty", 0);
  const verb = first.kind === "word" ? first.text.toUpperCase() : "";
  const lane = Object.hasOwn(LANES, verb) ? LANES[verb] : undefined;
  if (lane === undefined)
    throw new RefusedStatement(`Statements that start with ${JSON.stringify(first.text)} are not accepted`);

  let format: { format: string; formatAt: number } | undefined;
  let depth = 0;
  for (const [i, token] of all.entries()) {
    const before = all[i - 1];
    const after = all[i + 1];
    if (symbol(token, ";")) throw new RefusedStatement("Only one statement is accepted at a time");
    if (symbol(token, "(")) depth += 1;
    if (symbol(token, ")")) depth -= 1;
    if (
      token.kind === "string" &&
      word(before, "FROM", "JOIN", "INTO", "TABLE", "DESCRIBE", "DESC", "EXISTS", "INFILE", "OUTFILE")
    )
      throw new RefusedStatement("A file is not accepted in place of a table");
    if (word(token, "INTO", "FROM") && word(after, "OUTFILE", "INFILE", "FUNCTION"))
      throw new RefusedStatement(`${token.text} ${after?.text} is not accepted`);
    if (word(token, "TABLE") && word(after, "FUNCTION")) throw new RefusedStatement("TABLE FUNCTION is not accepted");
    if ((token.kind === "word" || token.kind === "quoted") && symbol(after, "(")) {
      if (REFUSED_FUNCTIONS.has(token.text.toLowerCase()) && !(verb === "ATTACH" && isSealedDisk(all, i)))
        throw new RefusedStatement(`The function ${JSON.stringify(token.text)} is not accepted`);
    }
    if (word(token, "FORMAT") && after?.kind === "word" && !symbol(before, ".") && !symbol(all[i + 2], "(")) {
      checkFormat(after.text);
      if (depth === 0) format = { format: after.text, formatAt: token.at };
    }
    if (word(token, "SETTINGS", "SETTING") && after !== undefined) checkSettingsClause(all, i + 1);
  }
  if ((lane === "schema" && verb !== "INSERT") || verb === "ATTACH" || verb === "DETACH")
    checkSchemaStatement(verb, all);
  const kill = verb === "KILL" ? killedQuery(all) : undefined;
  return {
    lane: lane === "read" && readsProcesses(all) ? "control" : lane,
    verb,
    end: last.end,
    ...format,
    ...(kill === undefined ? {} : { kill }),
  };
}

/** Looks at every `name =` behind SETTINGS or MODIFY SETTING; a comparison later in the statement may be met too, harmlessly. */
function checkSettingsClause(all: readonly Token[], start: number): void {
  for (const [i, token] of all.entries()) {
    const opens = i === start || (i > start && symbol(all[i - 1], ","));
    if (opens && token.kind !== "string" && symbol(all[i + 1], "=")) checkSetting(token.text);
  }
}

/** Databases, tables and views may be made; users, functions, dictionaries, named collections and the like may not. */
function checkSchemaStatement(verb: string, all: readonly Token[]): void {
  if (verb === "OPTIMIZE" || verb === "DELETE") return;
  const skipped = new Set(["OR", "REPLACE", "MATERIALIZED", "IF", "EXISTS"]);
  const object = all.slice(1).find((token) => !(token.kind === "word" && skipped.has(token.text.toUpperCase())));
  if (
    !word(object, "TABLE", "TABLES", "DATABASE", "VIEW") &&
    !(verb === "TRUNCATE" || verb === "RENAME" || verb === "EXCHANGE")
  )
    throw new RefusedStatement(`${verb} ${object?.text ?? ""} is not accepted`);
  if (verb === "ATTACH" && !all.some((token, i) => word(token, "DISK") && isSealedDisk(all, i)))
    throw new RefusedStatement("ATTACH is accepted for tables on the encrypted disk only");
  if (verb === "DETACH" && !all.some((token) => token.text === SEALED_DATABASE))
    throw new RefusedStatement(`DETACH is accepted for tables of ${SEALED_DATABASE} only`);
  if (verb !== "ALTER" && all.some((token, i) => word(token, "FROM") && all[i + 1]?.kind === "string"))
    throw new RefusedStatement("A path is not accepted");
}

/** The one definition of a disk that is accepted, from the name `disk` of the setting's value on: an encrypted one on the disk of sealed tables. */
function isSealedDisk(all: readonly Token[], at: number): boolean {
  const args = all.slice(at + 1, at + 1 + SEALED_DISK_FORM.length);
  return SEALED_DISK_FORM.every((form, i) =>
    form.test(args[i]?.kind === "string" ? `'${args[i].text}'` : (args[i]?.text ?? "")),
  );
}

const SEALED_DISK_FORM: readonly RegExp[] = [
  ...[/^\($/, /^name$/, /^=$/, /^'[a-z][a-z0-9_]*'$/, /^,$/],
  ...[/^type$/, /^=$/, /^encrypted$/, /^,$/],
  ...[/^disk$/, /^=$/, new RegExp(`^'${SEALED_DISK}'$`), /^,$/],
  ...[/^key_hex$/, /^=$/, /^'[0-9a-f]{64}'$/, /^,$/],
  ...[/^algorithm$/, /^=$/, /^'AES_256_CTR'$/, /^\)$/],
];

function readsProcesses(all: readonly Token[]): boolean {
  const froms = all.flatMap((token, i) => (word(token, "FROM", "JOIN") ? [i] : []));
  return (
    froms.length === 1 &&
    froms.every((i) => word(all[i + 1], "SYSTEM") && symbol(all[i + 2], ".") && word(all[i + 3], "PROCESSES"))
  );
}

/** The id in `KILL QUERY WHERE query_id = 'id' [SYNC|ASYNC]`. */
function killedQuery(all: readonly Token[]): string | undefined {
  const [, query, where, column, equals, id, mode, more] = all;
  if (!word(query, "QUERY") || !word(where, "WHERE") || !word(column, "QUERY_ID") || !symbol(equals, "="))
    return undefined;
  if (id?.kind !== "string" || more !== undefined) return undefined;
  return mode === undefined || word(mode, "SYNC", "ASYNC") ? id.text : undefined;
}

/**
 * Reads `INSERT INTO [TABLE] name[.name] [(columns)] [SETTINGS a = 1, …] FORMAT name` exactly; what follows is data and is never
 * looked at. Anything else that starts with INSERT is `undefined` here, and is then read to its end as a statement.
 */
function insertHead(sql: string): InsertHead | undefined {
  const stream = tokens(sql);
  const next = (): Token | undefined => stream.next().value ?? undefined;
  if (!word(next(), "INSERT") || !word(next(), "INTO")) return undefined;
  let token = next();
  if (word(token, "TABLE")) token = next();
  const names: string[] = [];
  while (isName(token)) {
    names.push(token.text);
    token = next();
    if (!symbol(token, ".")) break;
    token = next();
  }
  if (
    names.length === 0 ||
    names.length > 2 ||
    names.some((name) => /^(?:FUNCTION|FORMAT|VALUES|SELECT|TABLE)$/i.test(name))
  )
    return undefined;
  let columns: string[] | undefined;
  if (symbol(token, "(")) {
    columns = [];
    do {
      token = next();
      if (!isName(token)) return undefined;
      columns.push(token.text);
      token = next();
    } while (symbol(token, ","));
    if (!symbol(token, ")")) return undefined;
    token = next();
  }
  const settings: Record<string, string> = {};
  if (word(token, "SETTINGS")) {
    do {
      const name = next();
      const equals = next();
      const value = next();
      if (name?.kind !== "word" || !symbol(equals, "=")) return undefined;
      if (value?.kind !== "string" && value?.kind !== "number") return undefined;
      checkSetting(name.text);
      settings[name.text] = value.text;
      token = next();
    } while (symbol(token, ","));
  }
  const format = word(token, "FORMAT") ? next() : undefined;
  if (format?.kind !== "word") return undefined;
  if (!/^Values$/i.test(format.text)) checkFormat(format.text);
  else return undefined;
  return {
    table: names.join("."),
    ...(columns === undefined ? {} : { columns }),
    settings,
    format: format.text,
    dataAt: format.end,
  };
}

function isName(token: Token | undefined): token is Token {
  return (token?.kind === "word" || token?.kind === "quoted") && PLAIN_NAME.test(token.text);
}

function word(token: Token | undefined, ...words: string[]): boolean {
  return token?.kind === "word" && words.includes(token.text.toUpperCase());
}

function symbol(token: Token | undefined, text: string): boolean {
  return token?.kind === "symbol" && token.text === text;
}

/** The names of the parameters `{name:Type}` that a statement needs. */
export function parameterNames(sql: string): string[] {
  const all = [...tokens(sql)];
  return all.flatMap((token, i) =>
    symbol(token, "{") && symbol(all[i + 2], ":") && all[i + 1]?.kind === "word" ? [all[i + 1]?.text ?? ""] : [],
  );
}
