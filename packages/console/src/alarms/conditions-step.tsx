import Box from "@cloudscape-design/components/box";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import RadioGroup from "@cloudscape-design/components/radio-group";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { optionOf, PERIODS, STATISTICS } from "../metrics/choices.ts";
import { visibleText } from "../result-table/visible-text.ts";
import { type AlarmForm, BAND_SIDES, COMPARISONS, type Faults, MISSING } from "./alarm-form.ts";
import { AlarmPreview } from "./alarm-preview.tsx";
import { watchedName } from "./form-graph.ts";
import { MetricText } from "./metric-text.tsx";

/** Alarms know no periods of a second or five (API reference, PutMetricAlarm: 10, 20, 30 or a multiple of 60). */
const ALARM_PERIODS = PERIODS.filter(({ value }) => Number(value) >= 10);

/** Statistic and period, and when the alarm goes off. */
export function ConditionsStep({
  form,
  faults,
  onChange,
}: {
  readonly form: AlarmForm;
  readonly faults: Faults;
  readonly onChange: (values: Partial<AlarmForm>) => void;
}) {
  const name = visibleText(watchedName(form));
  return (
    <SpaceBetween size="m">
      <AlarmPreview form={form} />
      <Container header={<Header variant="h2">Metric</Header>}>
        <SpaceBetween size="m">
          {form.kind === "metric" && form.metric !== undefined ? (
            <MetricText metric={form.metric} />
          ) : (
            <Box>
              {name}, one of {form.rows.length} rows
            </Box>
          )}
          <ColumnLayout columns={2}>
            {form.kind === "metric" && (
              <FormField label="Statistic">
                <Select
                  selectedOption={optionOf(STATISTICS, form.stat)}
                  options={STATISTICS}
                  onChange={({ detail }) => onChange({ stat: detail.selectedOption.value ?? "Average" })}
                />
              </FormField>
            )}
            <FormField label="Period">
              <Select
                selectedOption={optionOf(PERIODS, String(form.period))}
                options={ALARM_PERIODS}
                onChange={({ detail }) => {
                  const rows = form.rows.map((row) => {
                    const { period: _, ...options } = row.options;
                    return row.kind === "metric" ? { ...row, options } : row;
                  });
                  // What is chosen for the alarm counts for each metric.
                  onChange({ period: Number(detail.selectedOption.value), rows });
                }}
              />
            </FormField>
          </ColumnLayout>
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">Conditions</Header>}>
        <SpaceBetween size="m">
          <FormField label="Threshold type">
            <RadioGroup
              value={form.limit}
              items={[
                { value: "static", label: "Static", description: "A value is the threshold" },
                {
                  value: "band",
                  label: "Anomaly detection",
                  description: "A band of what is expected is the threshold",
                },
              ]}
              onChange={({ detail }) => onChange({ limit: detail.value === "band" ? "band" : "static" })}
            />
          </FormField>
          {form.limit === "static" ? (
            <SpaceBetween size="m">
              <FormField label={`Whenever ${name} is`}>
                <RadioGroup
                  value={form.comparison}
                  items={COMPARISONS.map(({ value, label, sign }) => ({
                    value,
                    label,
                    description: `${sign} threshold`,
                  }))}
                  onChange={({ detail }) => {
                    const found = COMPARISONS.find(({ value }) => value === detail.value);
                    if (found !== undefined) onChange({ comparison: found.value });
                  }}
                />
              </FormField>
              <FormField label="than" description="The threshold, a number." errorText={faults.threshold}>
                <Input
                  value={form.threshold}
                  inputMode="decimal"
                  ariaLabel="Threshold"
                  onChange={({ detail }) => onChange({ threshold: detail.value })}
                />
              </FormField>
            </SpaceBetween>
          ) : (
            <SpaceBetween size="m">
              <FormField label={`Whenever ${name} is`}>
                <RadioGroup
                  value={form.side}
                  items={BAND_SIDES.map(({ value, label }) => ({ value, label }))}
                  onChange={({ detail }) => {
                    const found = BAND_SIDES.find(({ value }) => value === detail.value);
                    if (found !== undefined) onChange({ side: found.value });
                  }}
                />
              </FormField>
              <FormField
                label="Anomaly detection threshold"
                description="How wide the band is, in standard deviations. A larger number is a wider band."
                errorText={faults.deviations}
              >
                <Input
                  value={form.deviations}
                  inputMode="decimal"
                  ariaLabel="Anomaly detection threshold"
                  onChange={({ detail }) => onChange({ deviations: detail.value })}
                />
              </FormField>
            </SpaceBetween>
          )}
          <FormField
            label="Datapoints to alarm"
            description="So many of the newest periods must be beyond the threshold."
            errorText={faults.datapoints ?? faults.of}
          >
            <SpaceBetween direction="horizontal" size="xs" alignItems="center">
              <Input
                value={form.datapoints}
                ariaLabel="Datapoints to alarm"
                onChange={({ detail }) => onChange({ datapoints: detail.value })}
              />
              <Box>out of</Box>
              <Input value={form.of} ariaLabel="Periods" onChange={({ detail }) => onChange({ of: detail.value })} />
            </SpaceBetween>
          </FormField>
          <FormField label="Missing data treatment">
            <Select
              selectedOption={MISSING.find(({ value }) => value === form.missing) ?? null}
              options={[...MISSING]}
              onChange={({ detail }) => {
                const found = MISSING.find(({ value }) => value === detail.selectedOption.value);
                if (found !== undefined) onChange({ missing: found.value });
              }}
            />
          </FormField>
        </SpaceBetween>
      </Container>
    </SpaceBetween>
  );
}
