import Box from "@cloudscape-design/components/box";
import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import type { EditedWidget } from "./edited-widget.ts";
import { Markdown } from "./markdown.tsx";
import "./widget-form.css";

type Properties = Extract<EditedWidget, { readonly type: "text" }>["properties"];

/** A text in Markdown beside what it looks like. */
export function TextForm({
  properties,
  onProperties,
}: {
  readonly properties: Properties;
  readonly onProperties: (properties: Properties) => void;
}) {
  const { markdown, background } = properties;
  return (
    <SpaceBetween size="m">
      <div className="widget-form-fields">
        <FormField
          label="Markdown"
          constraintText="A link to #dashboards:name=NAME opens another dashboard; [button:TEXT](ADDRESS) is a button."
        >
          <Textarea
            value={markdown}
            rows={12}
            spellcheck={false}
            ariaLabel="Markdown"
            onChange={({ detail }) => onProperties({ ...properties, markdown: detail.value })}
          />
        </FormField>
        <div>
          <Box variant="awsui-key-label">Preview</Box>
          <Markdown text={markdown} />
        </div>
      </div>
      <Checkbox
        checked={background === "transparent"}
        onChange={({ detail }) => {
          const { background: _, ...rest } = properties;
          onProperties(detail.checked ? { ...rest, background: "transparent" } : rest);
        }}
      >
        Without a frame
      </Checkbox>
    </SpaceBetween>
  );
}
