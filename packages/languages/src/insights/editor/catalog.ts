/** What people are told about a word of the language. */
export interface Entry {
  /** How it is written; brackets mark what may be left out. */
  readonly usage: string;
  readonly summary: string;
}

function entries(lines: string): ReadonlyMap<string, Entry> {
  return new Map(
    lines
      .trim()
      .split("\n")
      .map((line) => {
        const [usage = "", summary = ""] = line.trim().split(" :: ");
        const name = /^[A-Za-z_][A-Za-z0-9_]*/.exec(usage)?.[0] ?? "";
        return [name.toLowerCase(), { usage, summary }];
      }),
  );
}

/** Commands by their lower-case names. */
export const COMMANDS = entries(`
  fields expression [as name], ... :: Adds columns: fields, or values computed from them.
  display expression [as name], ... :: Chooses the columns of the result. The last display counts.
  filter condition :: Keeps the rows for which the condition is true.
  where condition :: The same as filter.
  filterIndex field = value :: Keeps matching events of log groups that have an index on the field. Also: field in [a, b].
  stats aggregate [as name], ... [by key, ...] :: Combines rows: one for each combination of keys.
  sort field [asc|desc], ... :: Orders the rows. Ascending unless desc is given.
  limit [any] count :: Keeps the first rows. With any, whichever are found first.
  head count :: The same as limit.
  tail count :: The same as limit.
  parse [field] "a * b" as name, ... [multi] :: Takes values out of a text. Also: /(?<name>...)/, logfmt as name, csv as a, b.
  json [field=name] "path" as name, ... :: Takes values out of a text that is JSON.
  dedup field, ... :: Keeps the first row for each combination of values.
  pattern field :: Groups messages by what is constant in them.
  anomaly :: Tells what is unusual about the patterns of a pattern before it.
  diff [previousDay|previousWeek|previousMonth] :: Compares the patterns with those of an earlier range of the same length.
  logcompare timeshift 7d :: Compares the patterns with those of the same range so much earlier.
  unnest list into name :: Makes a row for each element of a list.
  expand field :: Makes a row for each element of a field that holds a JSON array.
  lookup table key [as field], ... OUTPUT column [as name], ... :: Adds columns of a lookup table.
  cidrlookup table field [as column] OUTPUT column [as name], ... :: Adds columns of the row whose address range holds the address.
  join [type=inner|left] left=a right=b where a.k = b.k (SOURCE ...) :: Puts the rows of another query beside those of this one.
  unmask field, ... :: Shows fields without masking. Nothing is masked here.
  SOURCE logGroups(namePrefix: ["a"]) :: Chooses the log groups of the query. Stands in front. Also: SOURCE "group" START=-1d END=now.
  accum field [as name] :: The running sum of a field.
  addtotals [fieldname=name] [row=false] [col=true] [field, ...] :: The sum of the numbers of each row. With col=true, a last row with the sum of each column.
  appendcols [override=true] [max=10000] (SOURCE ...) :: Puts the columns of another query beside these, row by row.
  autoregress field [as name] [p=1-3] :: Values of a field some rows before.
  countFrequent field, ... :: Counts combinations of values, the most frequent first.
  estimate :: How many bytes the query would scan, without running it. Stands at the end.
  filldown [field, ...] :: Gives missing values the last one before them.
  fillmissing [with value for name, ...] :: Adds the empty bins after stats ... by bin(...).
  outlier [action=transform|remove] [param=2.5] [uselower=true] [mark=true] field, ... :: Cuts or removes values far from the others.
  relevantfields [field, ...] where condition :: The fields by which events that meet the condition differ from the others.
  sessionize field, ... [maxspan 30m] [as name] :: Numbers runs of events that belong together.
`);

/** Functions of one row, by their lower-case names. */
export const FUNCTIONS = entries(`
  abs(number) :: The number without its sign.
  ceil(number) :: The next whole number upwards.
  floor(number) :: The next whole number downwards.
  round(number[, digits]) :: The nearest number with so many decimals.
  log(number) :: The natural logarithm.
  ln(number) :: The natural logarithm.
  sqrt(number) :: The square root.
  greatest(number, ...) :: The largest of the numbers.
  least(number, ...) :: The smallest of the numbers.
  haversine(lat1, lon1, lat2, lon2) :: Kilometres between two points of the Earth.
  toNumber(text) :: The number that the text is.
  toInt(text) :: The number that the text is, without decimals.
  toLong(text) :: The number that the text is, without decimals.
  toDouble(text) :: The number that the text is.
  isNumeric(value) :: Whether the value is a number.
  bin(period) :: The start of the period that holds @timestamp, as in bin(5m).
  datefloor(time, period) :: The start of the period that holds the time.
  dateceil(time, period) :: The end of the period that holds the time.
  fromMillis(number) :: The time so many milliseconds after 1970.
  toMillis(time) :: Milliseconds from 1970 to the time.
  now() :: Seconds from 1970 to the start of the query.
  queryStartTime() :: The beginning of the query's range.
  queryEndTime() :: The end of the query's range.
  queryTimeRange() :: The length of the query's range in milliseconds.
  parseDate(text, "pattern"[, "zone"]) :: Milliseconds from 1970 to the time that the text tells, as in "yyyy-MM-dd HH:mm:ss".
  formatDate(time, "pattern"[, "zone"]) :: The time as text, as in "yyyy-MM-dd".
  strftime(time, "pattern"[, "zone"]) :: The time as text, as in "%Y-%m-%d".
  ispresent(value) :: Whether the field is there.
  coalesce(value, ...) :: The first value that is there.
  if(condition, yes, no) :: One value or the other.
  case(condition, value, ...[, otherwise]) :: The value behind the first true condition.
  messageSize(text) :: Bytes of the text.
  jsonParse(text) :: The list or map that the JSON text holds.
  jsonStringify(value) :: The JSON text of a list or map.
  jsonArraySize(list) :: The number of elements.
  jsonArrayContains(list, value) :: Whether the list holds the value.
  isValidIp(text) :: Whether the text is an IP address.
  isValidIpV4(text) :: Whether the text is an IPv4 address.
  isValidIpV6(text) :: Whether the text is an IPv6 address.
  isIpInSubnet(address, "10.0.0.0/8") :: Whether the address is in the subnet.
  isIpv4InSubnet(address, "10.0.0.0/8") :: Whether the IPv4 address is in the subnet.
  isIpv6InSubnet(address, "fd00::/8") :: Whether the IPv6 address is in the subnet.
  isPrivateIP(address) :: Whether the address is one of private networks.
  isPublicIP(address) :: Whether the address is reachable in the Internet.
  isReservedIP(address) :: Whether the address is set apart for special use.
  ipv4ToNumber(address) :: The IPv4 address as a number.
  isempty(text) :: Whether the text is missing or has no characters.
  isblank(text) :: Whether the text is missing or holds only blanks.
  concat(value, ...) :: The texts one after the other.
  trim(text[, "characters"]) :: The text without blanks, or the characters, at both ends.
  ltrim(text[, "characters"]) :: The text without blanks, or the characters, at its beginning.
  rtrim(text[, "characters"]) :: The text without blanks, or the characters, at its end.
  strlen(text) :: The number of characters.
  toupper(text) :: The text in capital letters.
  tolower(text) :: The text in small letters.
  substr(text, start[, length]) :: A part of the text, counted from 0.
  replace(text, find, with) :: The text with every occurrence replaced.
  regexReplace(text, /expression/, "with $1") :: The text with every match replaced.
  split(text, "separator") :: The list of the parts.
  strcontains(text, part[, true]) :: Whether the text holds the part; true ignores case.
  startsWith(text, part) :: Whether the text starts with the part.
  endsWith(text, part) :: Whether the text ends with the part.
  urlencode(text) :: The text as it stands in an address.
  urldecode(text) :: The text that an address holds.
  base64encode(text) :: The text in Base64.
  base64decode(text) :: The text that Base64 holds.
  md5(text) :: The MD5 sum in hexadecimal.
  sha256(text) :: The SHA-256 sum in hexadecimal.
  hexToAscii(text) :: The text that hexadecimal holds.
  hexToDec(text) :: The number that hexadecimal holds.
  decToHex(number) :: The number in hexadecimal.
  unmask(field) :: The field without masking. Nothing is masked here.
`);

/** Functions of `stats`, by their lower-case names. */
export const AGGREGATES = entries(`
  count([field]) :: How many rows, or rows that have the field.
  count_distinct(field) :: How many different values.
  countDistinct(field) :: How many different values.
  avg(number) :: The mean.
  sum(number) :: The sum.
  min(value) :: The smallest value.
  max(value) :: The largest value.
  stddev(number) :: The standard deviation.
  variance(number) :: The variance.
  pct(number, percent) :: The value below which so many percent lie, as in pct(x, 95).
  median(number) :: The value in the middle.
  earliest(field) :: The value in the oldest event.
  latest(field) :: The value in the newest event.
  sortsFirst(value) :: The first value in the order of sort.
  sortsLast(value) :: The last value in the order of sort.
  values(field) :: The list of different values.
  collect_values(field) :: The list of different values.
  topk(count, field) :: A row for each of the most frequent values. Stands alone in stats.
  rate(field, period) :: Values per period, as in rate(x, 1s).
  countOverTime(field) :: How many rows of the bin have the field.
  sumOverTime(number) :: The sum in the bin.
  histogram(number, buckets) :: How many values lie from each edge to the next.
`);

/** Words between operands, by their lower-case text. */
export const KEYWORDS = entries(`
  and :: Both conditions.
  or :: One of the conditions.
  not :: The opposite of the condition.
  like :: Whether the text holds a text, or matches a /regular expression/.
  in :: Whether the value is one of a list, as in [1, 2], or of a sub-query.
  as :: Gives the column a name.
  by :: Begins the keys that stats groups by.
  asc :: Smallest first.
  desc :: Largest first.
`);

/** Fields that events have of their own. */
export const SYSTEM_FIELDS = new Map<string, Entry>(
  Object.entries({
    "@timestamp": "When the event happened.",
    "@message": "The text of the event.",
    "@logStream": "The log stream of the event.",
    "@log": "Account and log group of the event.",
    "@ingestionTime": "When the event was received.",
    "@ptr": "Points to the event, for GetLogRecord.",
    "@requestId": "The request of a function's log line.",
    "@type": "START, END or REPORT: which of a function's lines it is.",
    "@duration": "Milliseconds a function ran.",
    "@billedDuration": "Milliseconds a function is billed for.",
    "@initDuration": "Milliseconds a function took to start.",
    "@memorySize": "Bytes of memory a function may use.",
    "@maxMemoryUsed": "Most bytes of memory a function used.",
    "@aws.account": "The account of the log group.",
    "@aws.region": "The Region of the log group.",
    "@source.log": "The name of the log group.",
    "@pattern": "The pattern of messages, after pattern.",
    "@sampleCount": "How many messages are of the pattern.",
    "@ratio": "Which share of the messages is of the pattern.",
    "@severityLabel": "The severity that the pattern names.",
    "@anomalyTypes": "What is unusual about the pattern, after anomaly.",
    "@anomalyDescription": "What is unusual about the pattern, in words.",
    "@anomalyPriority": "HIGH, MEDIUM or LOW, for a pattern that is unusual.",
    "@fieldName": "The name of a field, after relevantfields.",
    "@relevanceScore": "From 0 to 1: how much the field tells the events apart.",
    "@topRelevanceContributors": "The values whose shares differ most.",
    "@conditionalMedian": "The value in the middle of events that meet the condition.",
    "@baselineMedian": "The value in the middle of the other events.",
  }).map(([name, summary]) => [name, { usage: name, summary }]),
);
