import type * as Logs from "@aws-sdk/client-cloudwatch-logs";
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import Textarea from "@cloudscape-design/components/textarea";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { errorText } from "../../api/call-error.ts";
import type { Json } from "../../api/json-types.ts";
import { logs } from "../../api/services.ts";
import { LogText } from "../../result-table/log-text.tsx";
import { visibleText } from "../../result-table/visible-text.ts";
import { Failure } from "../../shell/failure.tsx";
import { newestMessages, TESTED } from "./filter-calls.ts";
import { pastedLines } from "./filter-form.ts";

/** In the list of streams, for lines that are pasted. */
const PASTED = { value: "", label: "Pasted lines" };

type Match = Json<Logs.MetricFilterMatchRecord>;

const VALUES: TableProps.ColumnDefinition<Match> = {
  id: "values",
  header: "Values",
  width: 260,
  cell: ({ extractedValues = {} }) =>
    Object.entries(extractedValues).map(([name, value]) => (
      <div key={name}>
        <LogText text={`${name}: ${value}`} />
      </div>
    )),
};

/** Tries a pattern on the newest events of a stream, or on pasted lines. */
export function PatternTest({
  group,
  pattern,
  ready,
}: {
  readonly group: string;
  readonly pattern: string;
  readonly ready: boolean;
}) {
  const [stream, setStream] = useState<string>();
  const [search, setSearch] = useState("");
  const [pasted, setPasted] = useState("");
  const streams = useQuery({
    queryKey: ["logs", "DescribeLogStreams", group, "to test", search],
    queryFn: ({ signal }) =>
      logs(
        "DescribeLogStreams",
        {
          logGroupName: group,
          limit: 50,
          ...(search === ""
            ? { orderBy: "LastEventTime", descending: true }
            : { orderBy: "LogStreamName", logStreamNamePrefix: search }),
        },
        signal,
      ),
  });
  const names = (streams.data?.logStreams ?? []).flatMap(({ logStreamName }) => logStreamName ?? []);
  const chosen = stream ?? names[0] ?? "";
  const test = useMutation({
    mutationFn: async () => {
      const lines = chosen === "" ? pastedLines(pasted) : await newestMessages(group, chosen, undefined);
      const tried = lines.slice(0, TESTED);
      if (tried.length === 0) return { tried: 0, matches: [] };
      const { matches = [] } = await logs("TestMetricFilter", { filterPattern: pattern, logEventMessages: tried });
      return { tried: tried.length, matches };
    },
  });
  const result = test.data;
  return (
    <Container header={<Header variant="h2">Test pattern</Header>}>
      <SpaceBetween size="m">
        <FormField
          label="Log data to test"
          description={`The newest ${TESTED} events of a stream, or lines that you paste.`}
        >
          <Select
            selectedOption={chosen === "" ? PASTED : { value: chosen, label: visibleText(chosen) }}
            options={[...names.map((name) => ({ value: name, label: visibleText(name) })), PASTED]}
            onChange={({ detail }) => {
              setStream(detail.selectedOption.value ?? "");
              test.reset();
            }}
            filteringType="manual"
            filteringPlaceholder="Find by prefix"
            onLoadItems={({ detail }) => setSearch(detail.filteringText)}
            statusType={streams.isPending ? "loading" : streams.isError ? "error" : "finished"}
            loadingText="Loading log streams"
            errorText={streams.error === null ? undefined : errorText(streams.error).text}
            expandToViewport
          />
        </FormField>
        {chosen === "" && (
          <FormField label="Lines" description="Each line is one event." stretch>
            <Textarea
              value={pasted}
              onChange={({ detail }) => setPasted(detail.value)}
              rows={6}
              spellcheck={false}
              placeholder='127.0.0.1 - - [21/Nov/2026:05:00:00 +0000] "GET /x HTTP/1.1" 404 196'
            />
          </FormField>
        )}
        <Button formAction="none" disabled={!ready} loading={test.isPending} onClick={() => test.mutate()}>
          Test pattern
        </Button>
        {test.error !== null && <Failure error={test.error} />}
        {result !== undefined && (
          <div aria-live="polite">
            <Alert type={result.matches.length > 0 ? "success" : "info"}>
              {result.tried === 0
                ? "There are no events to test."
                : `${result.matches.length} of ${result.tried} ${result.tried === 1 ? "event fits" : "events fit"} the pattern.`}
            </Alert>
          </div>
        )}
        {result !== undefined && result.matches.length > 0 && (
          <Table
            variant="embedded"
            items={result.matches}
            trackBy="eventNumber"
            wrapLines
            ariaLabels={{ tableLabel: "Events that fit" }}
            columnDefinitions={[
              { id: "number", header: "Event", width: 80, cell: ({ eventNumber = 0 }) => eventNumber + 1 },
              {
                id: "message",
                header: "Message",
                isRowHeader: true,
                cell: ({ eventMessage = "" }) => (
                  <Box variant="code">
                    <LogText text={eventMessage} />
                  </Box>
                ),
              },
              // Words have no values; columns and JSON have.
              ...(result.matches.some(({ extractedValues = {} }) => Object.keys(extractedValues).length > 0)
                ? [VALUES]
                : []),
            ]}
          />
        )}
      </SpaceBetween>
    </Container>
  );
}
