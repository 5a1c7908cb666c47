import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Wizard from "@cloudscape-design/components/wizard";
import { useState } from "react";
import { monitoring } from "../api/services.ts";
import { periodText } from "../metrics/choices.ts";
import { LogText } from "../result-table/log-text.tsx";
import { Failure } from "../shell/failure.tsx";
import { navigate } from "../shell/navigate.ts";
import { href } from "../shell/route.ts";
import { ActionsStep } from "./actions-step.tsx";
import { actionsText } from "./actions-text.ts";
import { putMetricAlarm } from "./alarm-call.ts";
import { type AlarmForm, faultsOf, MISSING } from "./alarm-form.ts";
import { AlarmPreview } from "./alarm-preview.tsx";
import { ConditionsStep } from "./conditions-step.tsx";
import { conditionOf, watchedName } from "./form-graph.ts";
import { MetricStep } from "./metric-step.tsx";
import { NameStep } from "./name-step.tsx";
import { allowedStep, usePutAlarm, WIZARD_TEXTS } from "./use-put-alarm.tsx";

/** Metric, conditions, actions, name, preview. */
export function AlarmWizard({ start, existing }: { readonly start: AlarmForm; readonly existing: string | undefined }) {
  const [form, setForm] = useState(start);
  // Someone who comes with a metric goes on with its conditions.
  const [step, setStep] = useState(Object.keys(faultsOf(start, 0)).length > 0 ? 0 : 1);
  const [tried, setTried] = useState(false);
  const change = (values: Partial<AlarmForm>) => setForm((before) => ({ ...before, ...values }));
  const faults = tried ? faultsOf(form, step) : {};
  const put = usePutAlarm(() => monitoring("PutMetricAlarm", putMetricAlarm(form)), {
    name: form.name,
    actions: form.actions,
    existing: existing !== undefined,
  });
  const go = (to: number) => {
    const next = allowedStep(step, to, (at) => faultsOf(form, at));
    setTried(next.blocked);
    setStep(next.step);
  };
  return (
    <Wizard
      activeStepIndex={step}
      onNavigate={({ detail }) => go(detail.requestedStepIndex)}
      onCancel={() => navigate(href("/alarms"))}
      onSubmit={() => put.mutate()}
      isLoadingNextStep={put.isPending}
      submitButtonText={existing === undefined ? "Create alarm" : "Save changes"}
      i18nStrings={WIZARD_TEXTS}
      steps={[
        { title: "Select metric", content: <MetricStep form={form} faults={faults} onChange={change} /> },
        { title: "Specify conditions", content: <ConditionsStep form={form} faults={faults} onChange={change} /> },
        {
          title: "Configure actions",
          content: (
            <ActionsStep actions={form.actions} fault={faults.actions} onActions={(actions) => change({ actions })} />
          ),
        },
        {
          title: "Add name and description",
          content: (
            <NameStep
              name={form.name}
              description={form.description}
              fault={faults.name}
              fixed={existing !== undefined}
              onChange={change}
            />
          ),
        },
        {
          title: "Preview and create",
          content: (
            <SpaceBetween size="m">
              <AlarmPreview form={form} />
              <Container header={<Header variant="h2">Alarm</Header>}>
                <KeyValuePairs
                  columns={2}
                  items={[
                    { label: "Name", value: <LogText text={form.name} /> },
                    {
                      label: "Metric",
                      value: (
                        <LogText
                          text={
                            form.kind === "metric"
                              ? `${form.metric?.namespace ?? ""} / ${form.metric?.name ?? ""}`
                              : watchedName(form)
                          }
                        />
                      ),
                    },
                    {
                      label: form.kind === "metric" ? "Statistic and period" : "Period",
                      value: `${form.kind === "metric" ? `${form.stat}, ` : ""}${periodText(form.period)}`,
                    },
                    { label: "Condition", value: conditionOf(form) },
                    { label: "Missing data", value: MISSING.find(({ value }) => value === form.missing)?.label },
                    { label: "Actions", value: <LogText text={actionsText(form.actions)} /> },
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
