import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import RadioButton from "@cloudscape-design/components/radio-button";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import type { MetricRow, RowOptions } from "@nephoscope/languages/dashboard-body";
import { optionOf, STATISTICS } from "../metrics/choices.ts";
import { CommitInput } from "../metrics/commit-input.tsx";
import { LogText } from "../result-table/log-text.tsx";
import { type AlarmForm, rowFault } from "./alarm-form.ts";

interface Item {
  readonly row: MetricRow;
  readonly index: number;
  readonly id: string;
}

/** The rows of an alarm on math: metrics with their statistics, expressions over them, and which is watched. */
export function MathRows({
  form,
  onChange,
}: {
  readonly form: AlarmForm;
  readonly onChange: (values: Partial<AlarmForm>) => void;
}) {
  const { rows, watched } = form;
  const put = (index: number, row: MetricRow) => onChange({ rows: rows.map((one, at) => (at === index ? row : one)) });
  const withOptions = (row: MetricRow, options: RowOptions) => ({ ...row, options: { ...row.options, ...options } });
  return (
    <Table<Item>
      variant="embedded"
      wrapLines
      items={rows.map((row, index) => ({ row, index, id: row.options.id ?? "" }))}
      trackBy={({ index }) => String(index)}
      ariaLabels={{ tableLabel: "Metrics and math" }}
      empty={
        <Box textAlign="center" padding="s">
          Tick metrics below, then add math.
        </Box>
      }
      columnDefinitions={[
        {
          id: "watched",
          header: "Watched",
          width: 100,
          cell: ({ id }) => (
            <RadioButton name="watched" value={id} checked={id === watched} onSelect={() => onChange({ watched: id })}>
              {id}
            </RadioButton>
          ),
        },
        {
          id: "details",
          header: "Details",
          isRowHeader: true,
          minWidth: 220,
          cell: ({ row, index, id }) =>
            row.kind === "expression" ? (
              <SpaceBetween size="xxs">
                <FormField errorText={rowFault(row, rows)}>
                  <CommitInput
                    label={`Expression of ${id}`}
                    value={row.expression}
                    placeholder="m1 / m2 * 100"
                    onCommit={(expression) => put(index, { ...row, expression })}
                  />
                </FormField>
                <CommitInput
                  label={`Label of ${id}`}
                  value={row.options.label ?? ""}
                  placeholder="Label"
                  onCommit={(label) => {
                    const { label: _, ...options } = row.options;
                    put(index, { ...row, options: label === "" ? options : { ...options, label } });
                  }}
                />
              </SpaceBetween>
            ) : (
              <LogText
                text={[row.namespace, row.metric, ...row.dimensions.map(([key, value]) => `${key}: ${value}`)].join(
                  " · ",
                )}
              />
            ),
        },
        {
          id: "stat",
          header: "Statistic",
          minWidth: 150,
          cell: ({ row, index, id }) =>
            row.kind === "expression" ? (
              "–"
            ) : (
              <Select
                ariaLabel={`Statistic of ${id}`}
                selectedOption={optionOf(STATISTICS, row.options.stat ?? form.stat)}
                options={STATISTICS}
                expandToViewport
                onChange={({ detail }) =>
                  put(index, withOptions(row, { stat: detail.selectedOption.value ?? "Average" }))
                }
              />
            ),
        },
        {
          id: "remove",
          header: "Actions",
          width: 80,
          cell: ({ index, id }) => (
            <Button
              variant="inline-icon"
              iconName="remove"
              ariaLabel={`Remove ${id}`}
              onClick={() =>
                onChange({
                  rows: rows.filter((_, at) => at !== index),
                  ...(id === watched && { watched: rows.findLast((_, at) => at !== index)?.options.id ?? "" }),
                })
              }
            />
          ),
        },
      ]}
    />
  );
}
