import Box from "@cloudscape-design/components/box";
import Link from "@cloudscape-design/components/link";
import Spinner from "@cloudscape-design/components/spinner";
import { useQuery } from "@tanstack/react-query";
import { FieldList, type FieldListProps, type FieldValue } from "../result-table/field-list.tsx";
import type { ResultRow } from "../result-table/result-model.ts";
import { Failure } from "../shell/failure.tsx";
import { href } from "../shell/route.ts";
import { timeWithMillis } from "../time/format.ts";
import { useZone } from "../time/zone.ts";
import { logRecord } from "./logs-calls.ts";

export interface RecordDetailsProps extends Omit<FieldListProps, "fields"> {
  readonly row: ResultRow;
  readonly columns: readonly string[];
}

/** Fields that every event has stand first, in this order; the others follow by their names. */
const FIRST = ["@timestamp", "@ingestionTime", "@log", "@logStream", "@message"];

/** An opened row: every field of its event, or of an aggregate its own values. */
export function RecordDetails({ row, columns, onCopy, onFilter }: RecordDetailsProps) {
  const zone = useZone();
  const { pointer } = row;
  const record = useQuery({
    queryKey: ["logs", "GetLogRecord", pointer],
    queryFn: ({ signal }) => logRecord(pointer ?? "", signal),
    enabled: pointer !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const own = columns.flatMap((name, index): FieldValue[] => {
    const value = row.values[index];
    return value === undefined ? [] : [{ name, value }];
  });
  if (pointer === undefined) return <FieldList fields={own} onCopy={onCopy} />;
  if (record.isPending) {
    return (
      <Box color="text-status-inactive">
        <Spinner /> Loading the event
      </Box>
    );
  }
  if (record.isError) {
    return (
      <>
        <Failure error={record.error} retry={() => void record.refetch()} />
        <FieldList fields={own} onCopy={onCopy} />
      </>
    );
  }
  const fields = [...record.data]
    .filter(([name]) => name !== "@ptr")
    .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map(([name, value]): FieldValue => ({ name, value, shown: shownValue(name, value, zone) }));
  // What the query made of the event is not in its record.
  const made = own.filter(({ name }) => !record.data.has(name));
  return (
    <>
      <EventLink record={record.data} />
      <FieldList fields={[...fields, ...made]} onCopy={onCopy} onFilter={onFilter} />
    </>
  );
}

function EventLink({ record }: { readonly record: ReadonlyMap<string, string> }) {
  const log = record.get("@log") ?? "";
  const [stream, time] = [record.get("@logStream"), Number(record.get("@timestamp"))];
  const group = log.slice(log.indexOf(":") + 1);
  if (group === "" || stream === undefined || !Number.isSafeInteger(time)) return null;
  return (
    <Box padding={{ bottom: "xs" }}>
      <Link href={href("/logs/groups/:group/events", { group }, { stream, at: new Date(time).toISOString() })}>
        Show the events around it in their stream
      </Link>
    </Box>
  );
}

const rank = (name: string) => {
  const index = FIRST.indexOf(name);
  return index < 0 ? FIRST.length : index;
};

/** A record gives times as milliseconds since 1970. */
function shownValue(name: string, value: string, zone: string): string | undefined {
  if (name !== "@timestamp" && name !== "@ingestionTime") return undefined;
  const ms = Number(value);
  return Number.isSafeInteger(ms) ? timeWithMillis(ms, zone) : undefined;
}
