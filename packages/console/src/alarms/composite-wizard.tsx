import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Wizard from "@cloudscape-design/components/wizard";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { monitoring } from "../api/services.ts";
import { LogText } from "../result-table/log-text.tsx";
import { visibleText } from "../result-table/visible-text.ts";
import { Failure } from "../shell/failure.tsx";
import { navigate } from "../shell/navigate.ts";
import { href } from "../shell/route.ts";
import { ActionsStep } from "./actions-step.tsx";
import { actionsText } from "./actions-text.ts";
import { listAlarms } from "./alarm-calls.ts";
import { type CompositeForm, compositeFaults, putCompositeAlarm } from "./composite-form.ts";
import { NameStep } from "./name-step.tsx";
import { RuleEditor } from "./rule-editor.tsx";
import { RuleWhy } from "./rule-why.tsx";
import { allowedStep, usePutAlarm, WIZARD_TEXTS } from "./use-put-alarm.tsx";

/** Rule, actions, name, preview. */
export function CompositeWizard({
  start,
  existing,
}: {
  readonly start: CompositeForm;
  readonly existing: string | undefined;
}) {
  const [form, setForm] = useState(start);
  const [step, setStep] = useState(0);
  const [tried, setTried] = useState(false);
  const alarms = useQuery({
    queryKey: ["monitoring", "DescribeAlarms"],
    queryFn: ({ signal }) => listAlarms(undefined, signal),
  });
  const change = (values: Partial<CompositeForm>) => setForm((before) => ({ ...before, ...values }));
  const faults = tried ? compositeFaults(form, step) : {};
  const put = usePutAlarm(() => monitoring("PutCompositeAlarm", putCompositeAlarm(form)), {
    name: form.name,
    actions: form.actions,
    existing: existing !== undefined,
  });
  const go = (to: number) => {
    const next = allowedStep(step, to, (at) => compositeFaults(form, at));
    setTried(next.blocked);
    setStep(next.step);
  };
  const others = (alarms.data ?? []).filter(({ name }) => name !== existing);
  return (
    <Wizard
      activeStepIndex={step}
      onNavigate={({ detail }) => go(detail.requestedStepIndex)}
      onCancel={() => navigate(href("/alarms"))}
      onSubmit={() => put.mutate()}
      isLoadingNextStep={put.isPending}
      submitButtonText={existing === undefined ? "Create composite alarm" : "Save changes"}
      i18nStrings={WIZARD_TEXTS}
      steps={[
        {
          title: "Specify composite alarm conditions",
          content: (
            <SpaceBetween size="m">
              <Container
                header={
                  <Header
                    variant="h2"
                    description="States of other alarms, joined by AND, OR and NOT, or AT_LEAST(2, ALARM, (name, name))."
                  >
                    Rule
                  </Header>
                }
              >
                <SpaceBetween size="s">
                  {alarms.error !== null && (
                    <Alert type="warning">
                      The names of alarms can not be completed: they could not be listed. They can be written.
                    </Alert>
                  )}
                  {faults.rule !== undefined && <Box color="text-status-error">{faults.rule}</Box>}
                  <RuleEditor value={form.rule} onChange={(rule) => change({ rule })} alarms={others} />
                </SpaceBetween>
              </Container>
              {form.rule.trim() !== "" && <Why rule={form.rule} />}
            </SpaceBetween>
          ),
        },
        {
          title: "Configure actions",
          content: (
            <SpaceBetween size="m">
              <ActionsStep actions={form.actions} fault={faults.actions} onActions={(actions) => change({ actions })} />
              <Container
                header={
                  <Header variant="h2" description="While another alarm is in alarm, this one tells nobody.">
                    Suppression of alarm actions
                  </Header>
                }
              >
                <SpaceBetween size="m">
                  <FormField label="Suppressor alarm">
                    <Select
                      selectedOption={
                        form.suppressor === "" ? NO_SUPPRESSOR : { value: form.suppressor, label: form.suppressor }
                      }
                      options={[
                        NO_SUPPRESSOR,
                        ...others.map(({ name }) => ({ value: name, label: visibleText(name) })),
                      ]}
                      filteringType={others.length > 8 ? "auto" : "none"}
                      onChange={({ detail }) => change({ suppressor: detail.selectedOption.value ?? "" })}
                    />
                  </FormField>
                  {form.suppressor !== "" && (
                    <ColumnLayout columns={2}>
                      <FormField
                        label="Wait period"
                        description="Seconds that this alarm waits for the suppressor to go off."
                        errorText={faults.wait}
                      >
                        <Input
                          value={form.wait}
                          inputMode="numeric"
                          onChange={({ detail }) => change({ wait: detail.value })}
                        />
                      </FormField>
                      <FormField
                        label="Extension period"
                        description="Seconds that nobody is told for after the suppressor is back."
                        errorText={faults.extension}
                      >
                        <Input
                          value={form.extension}
                          inputMode="numeric"
                          onChange={({ detail }) => change({ extension: detail.value })}
                        />
                      </FormField>
                    </ColumnLayout>
                  )}
                </SpaceBetween>
              </Container>
            </SpaceBetween>
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
              <Container header={<Header variant="h2">Composite alarm</Header>}>
                <KeyValuePairs
                  columns={2}
                  items={[
                    { label: "Name", value: <LogText text={form.name} /> },
                    { label: "Rule", value: <LogText text={form.rule} /> },
                    { label: "Actions", value: <LogText text={actionsText(form.actions)} /> },
                    { label: "Suppressor", value: <LogText text={form.suppressor || "None"} /> },
                    { label: "Description", value: <LogText text={form.description || "–"} /> },
                  ]}
                />
              </Container>
              <Why rule={form.rule} />
              {put.error !== null && <Failure error={put.error} />}
            </SpaceBetween>
          ),
        },
      ]}
    />
  );
}

const NO_SUPPRESSOR = { value: "", label: "None" };

const Why = ({ rule }: { readonly rule: string }) => (
  <Container header={<Header variant="h2">Why the rule is true or false now</Header>}>
    <RuleWhy rule={rule} />
  </Container>
);
