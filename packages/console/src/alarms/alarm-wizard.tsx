import Box from "@cloudscape-design/components/box";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import Link from "@cloudscape-design/components/link";
import RadioGroup from "@cloudscape-design/components/radio-group";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import Wizard from "@cloudscape-design/components/wizard";
import { useMutation } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { monitoring } from "../api/services.ts";
import { MetricGraph } from "../chart/metric-graph.tsx";
import { useNow } from "../chart/use-now.ts";
import { optionOf, PERIODS, periodText, STATISTICS } from "../metrics/choices.ts";
import { metricKey } from "../metrics/graph-state.ts";
import { type BrowserPlace, MetricBrowser } from "../metrics/metric-browser.tsx";
import { LogText } from "../result-table/log-text.tsx";
import { visibleText } from "../result-table/visible-text.ts";
import { Failure } from "../shell/failure.tsx";
import { useFlash } from "../shell/flash.tsx";
import { navigate } from "../shell/navigate.ts";
import { href } from "../shell/route.ts";
import { nameOfTopic, subscriptionsOf } from "../topics/topic-calls.ts";
import { ActionsStep } from "./actions-step.tsx";
import { alarmsChanged, STATE_TEXTS } from "./alarm-calls.ts";
import { type AlarmForm, COMPARISONS, faultsOf, graphOfForm, MISSING, putMetricAlarm, signOf } from "./alarm-form.ts";

const SPAN_MS = 3 * 3_600_000;

/** Metric, conditions, actions, name, preview. */
export function AlarmWizard({ start, existing }: { readonly start: AlarmForm; readonly existing: string | undefined }) {
  const flash = useFlash();
  const [form, setForm] = useState(start);
  // Someone who comes with a metric goes on with its conditions.
  const [step, setStep] = useState(start.metric === undefined ? 0 : 1);
  const [tried, setTried] = useState(false);
  const [place, setPlace] = useState<BrowserPlace>({});
  const change = (values: Partial<AlarmForm>) => setForm((before) => ({ ...before, ...values }));
  const faults = tried ? faultsOf(form, step) : {};
  const done = href("/alarms/:name", { name: form.name.trim() });
  const put = useMutation({
    mutationFn: async () => {
      await monitoring("PutMetricAlarm", putMetricAlarm(form));
      const topics = [...new Set(form.actions.map(({ arn }) => arn))].filter((arn) => arn.startsWith("arn:aws:sns:"));
      const pending = await Promise.all(
        topics.map(async (arn) => ((await subscriptionsOf(arn)).some((each) => each.arn === undefined) ? [arn] : [])),
      );
      return pending.flat();
    },
    onSuccess: (pending) => {
      void alarmsChanged();
      flash.success(`The alarm ${visibleText(form.name)} was ${existing === undefined ? "created" : "saved"}.`);
      const [first] = pending;
      if (first !== undefined)
        flash.show({
          id: "pending-subscriptions",
          type: "warning",
          header: "Some subscriptions are pending confirmation",
          content: (
            <>
              The alarm tells nobody by mail until the link in the mail{" "}
              <i>AWS Notification - Subscription Confirmation</i> is opened.{" "}
              <Link color="inverted" href={href("/topics/:topic", { topic: nameOfTopic(first) })}>
                View the subscriptions
              </Link>
            </>
          ),
        });
      navigate(done);
    },
  });
  const go = (to: number) => {
    // Back always; on only over steps without faults.
    const wrong = Array.from({ length: to }, (_, index) => index).find(
      (index) => Object.keys(faultsOf(form, index)).length > 0,
    );
    if (to > step && wrong !== undefined) {
      setTried(true);
      setStep(wrong);
      return;
    }
    setTried(false);
    setStep(to);
  };
  return (
    <Wizard
      activeStepIndex={step}
      onNavigate={({ detail }) => go(detail.requestedStepIndex)}
      onCancel={() => navigate(href("/alarms"))}
      onSubmit={() => put.mutate()}
      isLoadingNextStep={put.isPending}
      submitButtonText={existing === undefined ? "Create alarm" : "Save changes"}
      i18nStrings={{
        stepNumberLabel: (number) => `Step ${number}`,
        collapsedStepsLabel: (number, count) => `Step ${number} of ${count}`,
        cancelButton: "Cancel",
        previousButton: "Previous",
        nextButton: "Next",
        navigationAriaLabel: "Steps",
      }}
      steps={[
        {
          title: "Select metric",
          content: (
            <SpaceBetween size="m">
              {form.metric !== undefined && (
                <Container header={<Header variant="h2">Chosen</Header>}>
                  <MetricText form={form} />
                </Container>
              )}
              <Container header={<Header variant="h2">Metrics</Header>}>
                <SpaceBetween size="s">
                  {faults.metric !== undefined && <Box color="text-status-error">{faults.metric}</Box>}
                  <MetricBrowser
                    single
                    place={place}
                    onPlace={setPlace}
                    ticked={new Set(form.metric === undefined ? [] : [metricKey(form.metric)])}
                    onTick={(metric) => change({ metric })}
                  />
                </SpaceBetween>
              </Container>
            </SpaceBetween>
          ),
        },
        {
          title: "Specify conditions",
          content: (
            <SpaceBetween size="m">
              <Preview form={form} />
              <Container header={<Header variant="h2">Metric</Header>}>
                <SpaceBetween size="m">
                  <MetricText form={form} />
                  <ColumnLayout columns={2}>
                    <FormField label="Statistic">
                      <Select
                        selectedOption={optionOf(STATISTICS, form.stat)}
                        options={STATISTICS}
                        onChange={({ detail }) => change({ stat: detail.selectedOption.value ?? "Average" })}
                      />
                    </FormField>
                    <FormField label="Period">
                      <Select
                        selectedOption={optionOf(PERIODS, String(form.period))}
                        options={ALARM_PERIODS}
                        onChange={({ detail }) => change({ period: Number(detail.selectedOption.value) })}
                      />
                    </FormField>
                  </ColumnLayout>
                </SpaceBetween>
              </Container>
              <Container
                header={
                  <Header variant="h2" description="Static: a value is the threshold.">
                    Conditions
                  </Header>
                }
              >
                <SpaceBetween size="m">
                  <FormField label={`Whenever ${visibleText(form.metric?.name ?? "the metric")} is`}>
                    <RadioGroup
                      value={form.comparison}
                      items={COMPARISONS.map(({ value, label, sign }) => ({
                        value,
                        label,
                        description: `${sign} threshold`,
                      }))}
                      onChange={({ detail }) => {
                        const found = COMPARISONS.find(({ value }) => value === detail.value);
                        if (found !== undefined) change({ comparison: found.value });
                      }}
                    />
                  </FormField>
                  <FormField label="than" description="The threshold, a number." errorText={faults.threshold}>
                    <Input
                      value={form.threshold}
                      inputMode="decimal"
                      ariaLabel="Threshold"
                      onChange={({ detail }) => change({ threshold: detail.value })}
                    />
                  </FormField>
                  <FormField
                    label="Datapoints to alarm"
                    description="So many of the newest periods must be beyond the threshold."
                    errorText={faults.datapoints ?? faults.of}
                  >
                    <SpaceBetween direction="horizontal" size="xs" alignItems="center">
                      <Input
                        value={form.datapoints}
                        ariaLabel="Datapoints to alarm"
                        onChange={({ detail }) => change({ datapoints: detail.value })}
                      />
                      <Box>out of</Box>
                      <Input
                        value={form.of}
                        ariaLabel="Periods"
                        onChange={({ detail }) => change({ of: detail.value })}
                      />
                    </SpaceBetween>
                  </FormField>
                  <FormField label="Missing data treatment">
                    <Select
                      selectedOption={MISSING.find(({ value }) => value === form.missing) ?? null}
                      options={[...MISSING]}
                      onChange={({ detail }) => {
                        const found = MISSING.find(({ value }) => value === detail.selectedOption.value);
                        if (found !== undefined) change({ missing: found.value });
                      }}
                    />
                  </FormField>
                </SpaceBetween>
              </Container>
            </SpaceBetween>
          ),
        },
        {
          title: "Configure actions",
          content: (
            <ActionsStep actions={form.actions} fault={faults.actions} onActions={(actions) => change({ actions })} />
          ),
        },
        {
          title: "Add name and description",
          content: (
            <Container header={<Header variant="h2">Name and description</Header>}>
              <SpaceBetween size="m">
                <FormField label="Alarm name" errorText={faults.name}>
                  <Input
                    value={form.name}
                    disabled={existing !== undefined}
                    spellcheck={false}
                    onChange={({ detail }) => change({ name: detail.value })}
                  />
                </FormField>
                <FormField label="Alarm description" description="Stands in the notifications.">
                  <Textarea value={form.description} onChange={({ detail }) => change({ description: detail.value })} />
                </FormField>
              </SpaceBetween>
            </Container>
          ),
        },
        {
          title: "Preview and create",
          content: (
            <SpaceBetween size="m">
              <Preview form={form} />
              <Container header={<Header variant="h2">Alarm</Header>}>
                <KeyValuePairs
                  columns={2}
                  items={[
                    { label: "Name", value: <LogText text={form.name} /> },
                    {
                      label: "Metric",
                      value: <LogText text={`${form.metric?.namespace ?? ""} / ${form.metric?.name ?? ""}`} />,
                    },
                    { label: "Statistic and period", value: `${form.stat}, ${periodText(form.period)}` },
                    {
                      label: "Condition",
                      value: `${signOf(form.comparison)} ${form.threshold} for ${form.datapoints} out of ${form.of} datapoints`,
                    },
                    { label: "Missing data", value: MISSING.find(({ value }) => value === form.missing)?.label },
                    {
                      label: "Actions",
                      value:
                        form.actions.length === 0
                          ? "None"
                          : form.actions
                              .map(({ state, arn }) => `${STATE_TEXTS[state].text}: ${nameOfTopic(arn)}`)
                              .join(", "),
                    },
                    { label: "Description", value: <LogText text={form.description || "–"} /> },
                  ]}
                />
              </Container>
              {put.error !== null && <Failure error={put.error} />}
            </SpaceBetween>
          ),
        },
      ]}
    />
  );
}

/** Alarms know no periods of a second or five (API reference, PutMetricAlarm: 10, 20, 30 or a multiple of 60). */
const ALARM_PERIODS = PERIODS.filter(({ value }) => Number(value) >= 10);

function MetricText({ form: { metric } }: { readonly form: AlarmForm }) {
  if (metric === undefined) return null;
  return (
    <KeyValuePairs
      columns={2}
      items={[
        { label: "Namespace", value: <LogText text={metric.namespace} /> },
        { label: "Metric name", value: <LogText text={metric.name} /> },
        ...metric.dimensions.map(([label, value]) => ({ label: visibleText(label), value: <LogText text={value} /> })),
      ]}
    />
  );
}

function Preview({ form }: { readonly form: AlarmForm }) {
  const [nowMs] = useNow(60_000);
  const graph = useMemo(() => graphOfForm(form), [form]);
  const span = useMemo(() => ({ startMs: nowMs - SPAN_MS, endMs: nowMs }), [nowMs]);
  if (graph === undefined) return null;
  return (
    <Container header={<Header variant="h2">Graph</Header>}>
      <MetricGraph properties={graph} span={span} nowMs={nowMs} height={200} label="Metric and threshold" />
    </Container>
  );
}
