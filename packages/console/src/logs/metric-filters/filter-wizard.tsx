import AttributeEditor from "@cloudscape-design/components/attribute-editor";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import Wizard from "@cloudscape-design/components/wizard";
import { type ReactNode, useState } from "react";
import { logs } from "../../api/services.ts";
import { LogText } from "../../result-table/log-text.tsx";
import { visibleText } from "../../result-table/visible-text.ts";
import { Failure } from "../../shell/failure.tsx";
import { useFlash } from "../../shell/flash.tsx";
import { navigate } from "../../shell/navigate.ts";
import { href } from "../../shell/route.ts";
import { filtersChanged } from "./filter-calls.ts";
import { type FilterForm, faultsOf, MOST_DIMENSIONS, transformationOf, UNITS } from "./filter-form.ts";
import { PatternTest } from "./pattern-test.tsx";

/** Pattern, metric, review: the steps of CloudWatch's own console. */
export function FilterWizard({
  group,
  existing,
  start,
}: {
  readonly group: string;
  /** Name of the filter that is changed; undefined for a new one. */
  readonly existing: string | undefined;
  readonly start: FilterForm;
}) {
  const flash = useFlash();
  const [form, setForm] = useState(start);
  const [step, setStep] = useState(0);
  const [tried, setTried] = useState(-1);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const faults = faultsOf(form);
  const change = (part: Partial<FilterForm>) => setForm((before) => ({ ...before, ...part }));
  const back = href("/logs/groups/:group", { group }, { tab: "filters" });
  const stepIsGood = (index: number) =>
    index === 0 ? faults.pattern === undefined : Object.keys(faults).every((field) => field === "pattern");
  const go = (to: number) => {
    setTried(step);
    if (to < step || stepIsGood(step)) setStep(to);
  };
  const submit = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await logs("PutMetricFilter", {
        logGroupName: group,
        filterName: form.name.trim(),
        filterPattern: form.pattern,
        metricTransformations: [transformationOf(form)],
      });
      await filtersChanged(group);
      flash.success(
        `The metric filter ${visibleText(form.name.trim())} was ${existing === undefined ? "created" : "saved"}.`,
      );
      navigate(back);
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  const shown = (field: keyof FilterForm, at: number) => (tried >= at ? faults[field] : undefined);
  return (
    <Wizard
      activeStepIndex={step}
      onNavigate={({ detail }) => go(detail.requestedStepIndex)}
      onCancel={() => navigate(back)}
      onSubmit={() => void submit()}
      isLoadingNextStep={busy}
      submitButtonText={existing === undefined ? "Create metric filter" : "Save changes"}
      i18nStrings={{
        stepNumberLabel: (number) => `Step ${number}`,
        collapsedStepsLabel: (at, all) => `Step ${at} of ${all}`,
        navigationAriaLabel: "Steps",
      }}
      steps={[
        {
          title: "Define pattern",
          description: `Which events of ${group} count.`,
          content: (
            <SpaceBetween size="l">
              <Container>
                <FormField
                  label="Filter pattern"
                  description="Words, { $.field = value } for JSON, [a, b, status=404] for columns. Empty fits every event."
                  errorText={form.pattern === start.pattern && tried < 0 ? undefined : faults.pattern}
                  stretch
                >
                  <Textarea
                    value={form.pattern}
                    onChange={({ detail }) => change({ pattern: detail.value.replace(/\n/g, " ") })}
                    rows={2}
                    spellcheck={false}
                    autoFocus
                  />
                </FormField>
              </Container>
              <PatternTest group={group} pattern={form.pattern} ready={faults.pattern === undefined} />
            </SpaceBetween>
          ),
        },
        {
          title: "Assign metric",
          description: "What each event that fits adds to which metric.",
          content: (
            <Container header={<Header variant="h2">Filter and metric</Header>}>
              <SpaceBetween size="m">
                <TextField
                  label="Filter name"
                  fault={shown("name", 1)}
                  value={form.name}
                  disabled={existing !== undefined}
                  onChange={(name) => change({ name })}
                />
                <TextField
                  label="Metric namespace"
                  description="A new one, or one that is there."
                  fault={shown("namespace", 1)}
                  value={form.namespace}
                  onChange={(namespace) => change({ namespace })}
                />
                <TextField
                  label="Metric name"
                  fault={shown("metric", 1)}
                  value={form.metric}
                  onChange={(metric) => change({ metric })}
                />
                <TextField
                  label="Metric value"
                  description="A number, such as 1 to count, or a field of the event: $.latency, $size."
                  fault={shown("value", 1)}
                  value={form.value}
                  onChange={(value) => change({ value })}
                />
                <TextField
                  label="Default value"
                  description="For minutes in which events arrive and none fits; none when empty."
                  fault={shown("defaultValue", 1) ?? faults.defaultValue}
                  value={form.defaultValue}
                  onChange={(defaultValue) => change({ defaultValue })}
                />
                <FormField label="Unit">
                  <Select
                    selectedOption={{ value: form.unit, label: form.unit }}
                    options={UNITS.map((unit) => ({ value: unit, label: unit }))}
                    onChange={({ detail }) => change({ unit: detail.selectedOption.value ?? "None" })}
                    expandToViewport
                  />
                </FormField>
                <ExpandableSection headerText="Dimensions" defaultExpanded={form.dimensions.length > 0}>
                  <FormField errorText={shown("dimensions", 1)} stretch>
                    <AttributeEditor
                      items={form.dimensions}
                      addButtonText="Add dimension"
                      removeButtonText="Remove"
                      disableAddButton={form.dimensions.length >= MOST_DIMENSIONS}
                      empty="None. Each different value of a dimension is a metric of its own."
                      onAddButtonClick={() => change({ dimensions: [...form.dimensions, { name: "", selector: "" }] })}
                      onRemoveButtonClick={({ detail }) =>
                        change({ dimensions: form.dimensions.filter((_, index) => index !== detail.itemIndex) })
                      }
                      definition={[
                        {
                          label: "Name",
                          control: (item, index) => (
                            <Part
                              value={item.name}
                              label={`Name of dimension ${index + 1}`}
                              onChange={(name) =>
                                change({ dimensions: replaced(form.dimensions, index, { ...item, name }) })
                              }
                            />
                          ),
                        },
                        {
                          label: "Field",
                          control: (item, index) => (
                            <Part
                              value={item.selector}
                              label={`Field of dimension ${index + 1}`}
                              onChange={(selector) =>
                                change({ dimensions: replaced(form.dimensions, index, { ...item, selector }) })
                              }
                            />
                          ),
                        },
                      ]}
                    />
                  </FormField>
                </ExpandableSection>
              </SpaceBetween>
            </Container>
          ),
        },
        {
          title: "Review",
          content: (
            <SpaceBetween size="l">
              <Container header={<Header variant="h2">Metric filter</Header>}>
                <KeyValuePairs
                  columns={2}
                  items={[
                    { label: "Log group", value: group },
                    { label: "Filter name", value: <LogText text={form.name} /> },
                    {
                      label: "Filter pattern",
                      value:
                        form.pattern === "" ? (
                          "Every event"
                        ) : (
                          <Box variant="code">
                            <LogText text={form.pattern} />
                          </Box>
                        ),
                    },
                    { label: "Metric", value: <LogText text={`${form.namespace} / ${form.metric}`} /> },
                    { label: "Metric value", value: <LogText text={form.value} /> },
                    { label: "Default value", value: form.defaultValue || "None" },
                    { label: "Unit", value: form.unit },
                    {
                      label: "Dimensions",
                      value:
                        form.dimensions.length === 0 ? (
                          "None"
                        ) : (
                          <LogText
                            text={form.dimensions.map(({ name, selector }) => `${name} = ${selector}`).join(", ")}
                          />
                        ),
                    },
                  ]}
                />
              </Container>
              {error !== undefined && <Failure error={error} />}
            </SpaceBetween>
          ),
        },
      ]}
    />
  );
}

function TextField(props: {
  readonly label: string;
  readonly description?: ReactNode;
  readonly fault: string | undefined;
  readonly value: string;
  readonly disabled?: boolean;
  readonly onChange: (value: string) => void;
}) {
  return (
    <FormField label={props.label} description={props.description} errorText={props.fault}>
      <Input
        value={props.value}
        disabled={props.disabled ?? false}
        onChange={({ detail }) => props.onChange(detail.value)}
        spellcheck={false}
      />
    </FormField>
  );
}

const Part = ({
  value,
  label,
  onChange,
}: {
  readonly value: string;
  readonly label: string;
  readonly onChange: (value: string) => void;
}) => <Input value={value} ariaLabel={label} onChange={({ detail }) => onChange(detail.value)} spellcheck={false} />;

const replaced = <T,>(items: readonly T[], index: number, item: T): readonly T[] =>
  items.map((each, at) => (at === index ? item : each));
