import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Form from "@cloudscape-design/components/form";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import RadioGroup from "@cloudscape-design/components/radio-group";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import Textarea from "@cloudscape-design/components/textarea";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { CallError } from "../../api/call-error.ts";
import { logs } from "../../api/services.ts";
import { currentRegion, currentSession } from "../../api/session.ts";
import { visibleText } from "../../result-table/visible-text.ts";
import { Failure } from "../../shell/failure.tsx";
import { useFlash } from "../../shell/flash.tsx";
import { navigate } from "../../shell/navigate.ts";
import type { PageProps } from "../../shell/page-entry.ts";
import { href } from "../../shell/route.ts";
import { PatternTest } from "../metric-filters/pattern-test.tsx";
import { subscriptionsChanged, subscriptionsOf } from "./subscription-calls.ts";
import {
  EMPTY_FORM,
  FORMATS,
  faultsOf,
  formatOf,
  formOf,
  putSubscription,
  type SubscriptionForm,
} from "./subscription-form.ts";

/** Makes a subscription, or changes the one that the address names. */
export default function SubscriptionPage({ params, query }: PageProps) {
  const { group = "", filter } = params;
  const subscriptions = useQuery({
    queryKey: ["logs", "DescribeSubscriptionFilters", group],
    queryFn: ({ signal }) => subscriptionsOf(group, signal),
    enabled: filter !== undefined,
  });
  if (filter === undefined) {
    const pattern = query.get("pattern") ?? "";
    return <SubscriptionEditor group={group} existing={undefined} start={{ ...EMPTY_FORM, pattern }} />;
  }
  if (subscriptions.error) return <Failure error={subscriptions.error} retry={() => void subscriptions.refetch()} />;
  if (subscriptions.data === undefined) return <Spinner size="large" />;
  const found = subscriptions.data.find(({ filterName }) => filterName === filter);
  if (found === undefined) {
    return <Failure error={new CallError("ResourceNotFoundException", `${group} has no subscription of this name.`)} />;
  }
  return <SubscriptionEditor group={group} existing={filter} start={formOf(found)} />;
}

function SubscriptionEditor({
  group,
  existing,
  start,
}: {
  readonly group: string;
  readonly existing: string | undefined;
  readonly start: SubscriptionForm;
}) {
  const flash = useFlash();
  const [form, setForm] = useState(start);
  // A chosen format stays chosen while its pattern is written on.
  const [format, setFormat] = useState(() => formatOf(start.pattern));
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const faults = faultsOf(form);
  const shown = (field: keyof SubscriptionForm) => (tried ? faults[field] : undefined);
  const change = (part: Partial<SubscriptionForm>) => setForm((before) => ({ ...before, ...part }));
  const back = href("/logs/groups/:group", { group }, { tab: "subscriptions" });
  const example = `:${currentRegion()}:${currentSession()?.account ?? ""}:`;
  const chosen = FORMATS.find(({ id }) => id === format);
  const submit = async () => {
    setTried(true);
    if (Object.keys(faults).length > 0 || busy) return;
    setBusy(true);
    setError(undefined);
    try {
      await logs("PutSubscriptionFilter", putSubscription(group, form));
      await subscriptionsChanged(group);
      flash.success(
        `The subscription ${visibleText(form.name.trim())} was ${existing === undefined ? "created" : "saved"}.`,
      );
      navigate(back);
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <ContentLayout
      header={
        <Header variant="h1" description={`Events of ${group} are sent on as they arrive.`}>
          {existing === undefined ? "Create subscription" : `Edit ${visibleText(existing)}`}
        </Header>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Form
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" formAction="none" onClick={() => navigate(back)}>
                Cancel
              </Button>
              <Button variant="primary" loading={busy}>
                {existing === undefined ? "Create subscription" : "Save changes"}
              </Button>
            </SpaceBetween>
          }
        >
          <SpaceBetween size="l">
            <Container header={<Header variant="h2">Destination</Header>}>
              <SpaceBetween size="m">
                <FormField label="Subscription name" errorText={shown("name")}>
                  <Input
                    value={form.name}
                    disabled={existing !== undefined}
                    spellcheck={false}
                    onChange={({ detail }) => change({ name: detail.value })}
                  />
                </FormField>
                <FormField
                  label="Destination ARN"
                  description="An OpenSearch domain of the server's settings, a queue, a function, or a Logs destination."
                  constraintText={`arn:aws:es${example}domain/NAME, arn:aws:sqs${example}NAME`}
                  errorText={shown("destination")}
                  stretch
                >
                  <Input
                    value={form.destination}
                    spellcheck={false}
                    onChange={({ detail }) => change({ destination: detail.value })}
                  />
                </FormField>
                <FormField
                  label="Role ARN"
                  description="Optional: the role under which the service delivers, where the destination's policy asks for one."
                  errorText={shown("role")}
                  stretch
                >
                  <Input
                    value={form.role}
                    spellcheck={false}
                    onChange={({ detail }) => change({ role: detail.value })}
                  />
                </FormField>
                <FormField label="Distribution">
                  <RadioGroup
                    value={form.distribution}
                    onChange={({ detail }) =>
                      change({ distribution: detail.value === "Random" ? "Random" : "ByLogStream" })
                    }
                    items={[
                      { value: "ByLogStream", label: "By log stream", description: "A stream's events stay together." },
                      { value: "Random", label: "Random", description: "Spreads evenly, in no order." },
                    ]}
                  />
                </FormField>
              </SpaceBetween>
            </Container>
            <Container header={<Header variant="h2">Format and pattern</Header>}>
              <SpaceBetween size="m">
                <FormField label="Log format" description={chosen?.about}>
                  <Select
                    selectedOption={chosen === undefined ? null : { value: chosen.id, label: chosen.label }}
                    options={FORMATS.map(({ id, label, about }) => ({ value: id, label, description: about }))}
                    onChange={({ detail }) => {
                      const next = FORMATS.find(({ id }) => id === detail.selectedOption.value);
                      if (next === undefined) return;
                      setFormat(next.id);
                      change({ pattern: next.pattern });
                    }}
                    expandToViewport
                  />
                </FormField>
                <FormField
                  label="Filter pattern"
                  description="Words, { $.field = value } for JSON, [a, b, status=404] for columns. Empty fits every event."
                  errorText={form.pattern === start.pattern && !tried ? undefined : faults.pattern}
                  stretch
                >
                  <Textarea
                    value={form.pattern}
                    onChange={({ detail }) => change({ pattern: detail.value.replace(/\n/g, " ") })}
                    rows={2}
                    spellcheck={false}
                  />
                </FormField>
                <Box color="text-body-secondary">
                  The names of columns, or the members of JSON, become the fields of what is delivered.
                </Box>
              </SpaceBetween>
            </Container>
            <PatternTest group={group} pattern={form.pattern} ready={faults.pattern === undefined} />
            {error !== undefined && <Failure error={error} />}
          </SpaceBetween>
        </Form>
      </form>
    </ContentLayout>
  );
}
