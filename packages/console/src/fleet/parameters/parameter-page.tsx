import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import Tabs from "@cloudscape-design/components/tabs";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { OutputText } from "../../log-text/output-text.tsx";
import { Nothing, ResourceTable } from "../../resource-table/resource-table.tsx";
import { LogText } from "../../result-table/log-text.tsx";
import { CopyText } from "../../shell/copy-text.tsx";
import { Failure } from "../../shell/failure.tsx";
import { useFlash } from "../../shell/flash.tsx";
import { navigate, setQuery } from "../../shell/navigate.ts";
import type { PageProps } from "../../shell/page-entry.ts";
import { href } from "../../shell/route.ts";
import { Time } from "../../time/time.tsx";
import { ResourceTags } from "../resource-tags.tsx";
import { msOf } from "../seconds.ts";
import { DeleteParameters } from "./delete-parameters.tsx";
import { type Parameter, parameterOf, plainValue, type Version, versionsOf } from "./parameter-calls.ts";
import { type ParameterForm, typeOf } from "./parameter-form.ts";
import { PutParameter } from "./put-parameter.tsx";

const TABS = ["value", "tags"] as const;

/** One parameter: its value, its versions, its tags. */
export default function ParameterPage({ params, query }: PageProps) {
  const name = params.name ?? "";
  const parameter = useQuery({
    queryKey: ["ssm", "DescribeParameters", "one", name],
    queryFn: ({ signal }) => parameterOf(name, signal),
  });
  if (parameter.error) return <Failure error={parameter.error} retry={() => void parameter.refetch()} />;
  if (parameter.data === undefined) return <Spinner size="large" />;
  return <Shown name={name} parameter={parameter.data} tab={query.get("tab")} />;
}

function Shown({
  name,
  parameter,
  tab,
}: {
  readonly name: string;
  readonly parameter: Parameter;
  readonly tab: string | null;
}) {
  const flash = useFlash();
  const [editing, setEditing] = useState<ParameterForm>();
  const [deleting, setDeleting] = useState(false);
  const secret = parameter.Type === "SecureString";
  const edit = async () => {
    try {
      // A secret is not fetched to be edited: a new version gets a new value.
      const value = secret ? "" : await plainValue(name, parameter.Version ?? 1);
      setEditing({
        name,
        type: typeOf(parameter.Type),
        value,
        description: parameter.Description ?? "",
        keyId: parameter.KeyId ?? "",
      });
    } catch (error) {
      flash.failure(error, "Reading the value");
    }
  };
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button onClick={() => setDeleting(true)}>Delete</Button>
              <Button variant="primary" onClick={() => void edit()}>
                New version
              </Button>
            </SpaceBetween>
          }
        >
          {name}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Container header={<Header variant="h2">Details</Header>}>
          <KeyValuePairs
            columns={4}
            items={[
              { label: "Type", value: parameter.Type },
              { label: "Version", value: parameter.Version },
              { label: "Tier", value: parameter.Tier },
              { label: "Changed", value: <Time ms={msOf(parameter.LastModifiedDate)} /> },
              { label: "Changed by", value: <LogText text={parameter.LastModifiedUser || "–"} /> },
              { label: "Description", value: <LogText text={parameter.Description || "–"} /> },
              ...(secret ? [{ label: "KMS key", value: parameter.KeyId ?? "–" }] : []),
              { label: "ARN", value: <CopyText text={parameter.ARN ?? ""} what="ARN" /> },
            ]}
          />
        </Container>
        <Tabs
          activeTabId={TABS.find((id) => id === tab) ?? "value"}
          onChange={({ detail }) => setQuery({ tab: detail.activeTabId })}
          ariaLabel="About the parameter"
          tabs={[
            { id: "value", label: "Value and versions", content: <Versions name={name} secret={secret} /> },
            { id: "tags", label: "Tags", content: <ResourceTags type="Parameter" id={name} /> },
          ]}
        />
      </SpaceBetween>
      {editing !== undefined && <PutParameter before={editing} onClose={() => setEditing(undefined)} />}
      {deleting && (
        <DeleteParameters
          names={[name]}
          onDeleted={() => navigate(href("/fleet/parameters"))}
          onClose={() => setDeleting(false)}
        />
      )}
    </ContentLayout>
  );
}

function Versions({ name, secret }: { readonly name: string; readonly secret: boolean }) {
  const [chosen, setChosen] = useState<string>();
  const versions = useQuery({
    queryKey: ["ssm", "GetParameterHistory", name],
    queryFn: ({ signal }) => versionsOf(name, signal),
  });
  const all = versions.data?.items ?? [];
  const shown = all.find(({ Version }) => String(Version) === chosen) ?? all[0];
  return (
    <SpaceBetween size="l">
      {shown !== undefined && (
        <Container header={<Header variant="h2">Value of version {shown.Version}</Header>}>
          {secret ? (
            <Secret key={shown.Version} name={name} version={shown.Version ?? 1} />
          ) : (
            <OutputText label="Value" text={shown.Value ?? ""} />
          )}
        </Container>
      )}
      <ResourceTable<Version>
        title="Versions"
        what="versions"
        asked={versions}
        idOf={({ Version }) => String(Version)}
        textOf={({ Version, Labels, LastModifiedUser }) => [Version, ...(Labels ?? []), LastModifiedUser].join(" ")}
        selection={{
          type: "single",
          ids: shown === undefined ? [] : [String(shown.Version)],
          onChange: ([version]) => setChosen(version),
        }}
        empty={<Nothing title="No versions" />}
        columns={[
          { id: "version", header: "Version", width: 110, isRowHeader: true, cell: ({ Version }) => Version },
          {
            id: "changed",
            header: "Changed",
            width: 185,
            cell: ({ LastModifiedDate }) => <Time ms={msOf(LastModifiedDate)} />,
          },
          { id: "labels", header: "Labels", width: 160, cell: ({ Labels = [] }) => Labels.join(", ") || "–" },
          {
            id: "by",
            header: "Changed by",
            width: 320,
            cell: ({ LastModifiedUser }) => <LogText text={LastModifiedUser || "–"} />,
          },
        ]}
      />
    </SpaceBetween>
  );
}

/** A secret, which is fetched when somebody asks to see it, and kept nowhere else. */
function Secret({ name, version }: { readonly name: string; readonly version: number }) {
  const [value, setValue] = useState<string>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const show = async () => {
    setBusy(true);
    setError(undefined);
    try {
      setValue(await plainValue(name, version));
    } catch (failure) {
      setError(failure);
    }
    setBusy(false);
  };
  if (value !== undefined) {
    return (
      <SpaceBetween size="s">
        <OutputText label="Value" text={value} />
        <Button onClick={() => setValue(undefined)}>Hide</Button>
      </SpaceBetween>
    );
  }
  return (
    <SpaceBetween size="s">
      <Button loading={busy} onClick={() => void show()}>
        Show value
      </Button>
      {error !== undefined && <Failure error={error} />}
    </SpaceBetween>
  );
}
