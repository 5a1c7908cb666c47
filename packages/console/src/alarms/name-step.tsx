import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";

/** What the alarm is called. One that is changed keeps its name: another would be another alarm. */
export function NameStep({
  name,
  description,
  fault,
  fixed,
  onChange,
}: {
  readonly name: string;
  readonly description: string;
  readonly fault: string | undefined;
  readonly fixed: boolean;
  readonly onChange: (values: { readonly name?: string; readonly description?: string }) => void;
}) {
  return (
    <Container header={<Header variant="h2">Name and description</Header>}>
      <SpaceBetween size="m">
        <FormField label="Alarm name" errorText={fault}>
          <Input
            value={name}
            disabled={fixed}
            spellcheck={false}
            onChange={({ detail }) => onChange({ name: detail.value })}
          />
        </FormField>
        <FormField label="Alarm description" description="Stands in the notifications.">
          <Textarea value={description} onChange={({ detail }) => onChange({ description: detail.value })} />
        </FormField>
      </SpaceBetween>
    </Container>
  );
}
