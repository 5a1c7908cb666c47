import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ContentLayout from "@cloudscape-design/components/content-layout";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Form from "@cloudscape-design/components/form";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { queryCache } from "../../api/query-cache.ts";
import { Failure } from "../../shell/failure.tsx";
import { navigate, setQuery } from "../../shell/navigate.ts";
import type { PageProps } from "../../shell/page-entry.ts";
import { href } from "../../shell/route.ts";
import { ssm } from "../ssm.ts";
import { fieldFault, givenParameters, readFields } from "./document-form.ts";
import { FieldInput } from "./field-input.tsx";
import { TargetFields } from "./target-fields.tsx";
import { sendTargets, type Targets, targetsFault } from "./targets.ts";

/** What AWS takes for the time within which hosts must begin, in seconds. */
const LEAST_TIMEOUT = 30;
const MOST_TIMEOUT = 2_592_000;

/** Sends a command: which document, with which parameters, to whom. */
export default function RunPage({ query }: PageProps) {
  const documents = useQuery({
    queryKey: ["ssm", "ListDocuments"],
    queryFn: ({ signal }) => ssm("ListDocuments", { Filters: [{ Key: "DocumentType", Values: ["Command"] }] }, signal),
  });
  const names = documents.data?.DocumentIdentifiers?.flatMap(({ Name }) => Name ?? []) ?? [];
  const name = query.get("document") ?? undefined;
  const document = useQuery({
    queryKey: ["ssm", "GetDocument", name],
    queryFn: async ({ signal }) => {
      const { Content = "{}" } = await ssm("GetDocument", { Name: name, DocumentFormat: "JSON" }, signal);
      return readFields(Content);
    },
    enabled: name !== undefined,
  });
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [targets, setTargets] = useState<Targets>(() => targetsOf(query.get("hosts")));
  const [comment, setComment] = useState("");
  const [timeout, setTimeoutText] = useState("3600");
  const [concurrency, setConcurrency] = useState("50");
  const [errors, setErrors] = useState("0");
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();

  const fields = document.data ?? [];
  const textFor = (field: (typeof fields)[number]) => values[field.name] ?? field.fallback ?? "";
  const seconds = Number(timeout);
  const timeoutFault =
    Number.isInteger(seconds) && seconds >= LEAST_TIMEOUT && seconds <= MOST_TIMEOUT
      ? undefined
      : "Whole seconds from 30 to 2,592,000 (30 days).";
  const good =
    document.data !== undefined &&
    timeoutFault === undefined &&
    targetsFault(targets) === undefined &&
    fields.every((field) => fieldFault(field, textFor(field)) === undefined);

  const send = async () => {
    setTried(true);
    if (!good || busy) return;
    setBusy(true);
    setFailure(undefined);
    try {
      const { Command } = await ssm("SendCommand", {
        DocumentName: name,
        Parameters: givenParameters(fields, Object.fromEntries(fields.map((field) => [field.name, textFor(field)]))),
        ...sendTargets(targets),
        TimeoutSeconds: seconds,
        MaxConcurrency: concurrency.trim(),
        MaxErrors: errors.trim(),
        ...(comment !== "" && { Comment: comment }),
      });
      await queryCache.invalidateQueries({ queryKey: ["ssm", "ListCommands"] });
      navigate(href("/fleet/commands/:command", { command: Command?.CommandId ?? "" }));
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  };

  return (
    <ContentLayout
      header={
        <Header variant="h1" description="What the hosts' owners do not allow, such as scripts, the hosts refuse.">
          Run command
        </Header>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <Form
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button formAction="none" variant="link" onClick={() => navigate(href("/fleet/commands"))}>
                Cancel
              </Button>
              <Button variant="primary" formAction="submit" loading={busy}>
                Run
              </Button>
            </SpaceBetween>
          }
        >
          <SpaceBetween size="l">
            <Container header={<Header variant="h2">Document</Header>}>
              <SpaceBetween size="m">
                {documents.error && <Failure error={documents.error} retry={() => void documents.refetch()} />}
                <FormField label="Command document" errorText={tried && name === undefined ? "Choose one." : undefined}>
                  <Select
                    selectedOption={name === undefined ? null : { value: name }}
                    placeholder="Choose a document"
                    options={names.map((value) => ({ value }))}
                    statusType={documents.isPending ? "loading" : "finished"}
                    loadingText="Loading documents"
                    onChange={({ detail }) => {
                      setValues({});
                      setTried(false);
                      setQuery({ document: detail.selectedOption.value });
                    }}
                  />
                </FormField>
                {document.error && <Failure error={document.error} retry={() => void document.refetch()} />}
                {name !== undefined && document.isPending && <Spinner />}
                {fields.map((field) => (
                  <FieldInput
                    key={`${name} ${field.name}`}
                    field={field}
                    value={textFor(field)}
                    tried={tried}
                    onChange={(value) => setValues((before) => ({ ...before, [field.name]: value }))}
                  />
                ))}
              </SpaceBetween>
            </Container>
            <Container header={<Header variant="h2">Targets</Header>}>
              <TargetFields targets={targets} tried={tried} onChange={setTargets} />
            </Container>
            <Container>
              <ExpandableSection headerText="Comment, time and rate">
                <SpaceBetween size="m">
                  <FormField label="Comment">
                    <Input value={comment} onChange={({ detail }) => setComment(detail.value.slice(0, 100))} />
                  </FormField>
                  <FormField
                    label="Seconds until it expires"
                    description="A host that has not begun by then does not begin."
                    errorText={timeoutFault}
                  >
                    <Input
                      value={timeout}
                      inputMode="numeric"
                      onChange={({ detail }) => setTimeoutText(detail.value)}
                    />
                  </FormField>
                  <FormField label="Hosts at once" description="A number, or a percentage such as 10%.">
                    <Input value={concurrency} onChange={({ detail }) => setConcurrency(detail.value)} />
                  </FormField>
                  <FormField
                    label="Errors until it stops"
                    description="A number, or a percentage: after more errors no further host begins."
                  >
                    <Input value={errors} onChange={({ detail }) => setErrors(detail.value)} />
                  </FormField>
                </SpaceBetween>
              </ExpandableSection>
            </Container>
            {failure !== undefined && <Failure error={failure} />}
            {tried && !good && !busy && (
              <Box color="text-status-error">Something is missing above, or is not right.</Box>
            )}
          </SpaceBetween>
        </Form>
      </form>
    </ContentLayout>
  );
}

/** The targets of an address: `hosts=mi-1,mi-2`. */
function targetsOf(hosts: string | null): Targets {
  const ids = (hosts ?? "").split(",").filter((id) => id !== "");
  return ids.length > 0 ? { by: "hosts", ids } : { by: "tags", tags: [{ key: "", value: "" }] };
}
