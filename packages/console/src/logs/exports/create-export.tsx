import Box from "@cloudscape-design/components/box";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { logs } from "../../api/services.ts";
import { currentRegion, currentSession } from "../../api/session.ts";
import { OutputText } from "../../log-text/output-text.tsx";
import { useFlash } from "../../shell/flash.tsx";
import { TimeRangeInput } from "../../time-range/time-range-input.tsx";
import { Ask } from "../groups/ask.tsx";
import { exportsChanged } from "./export-calls.ts";
import { bucketPolicy, createExport, DEFAULT_PREFIX, type ExportForm, faultsOf } from "./export-form.ts";

const START: ExportForm = {
  range: { kind: "relative", amount: 1, unit: "day" },
  streamPrefix: "",
  bucket: "",
  prefix: "",
};

/** Asks for the range, the bucket and the prefix of an export, and starts it. */
export function CreateExport({ group, onClose }: { readonly group: string; readonly onClose: () => void }) {
  const flash = useFlash();
  const [form, setForm] = useState(START);
  const change = (part: Partial<ExportForm>) => setForm((before) => ({ ...before, ...part }));
  const faults = faultsOf(form, Date.now());
  const bucket = form.bucket.trim();
  const policy = bucketPolicy(bucket || "BUCKET", currentRegion(), currentSession()?.account ?? "");
  return (
    <Ask
      title={`Export events of ${group}`}
      action="Export"
      size="large"
      ready={Object.keys(faults).length === 0}
      onConfirm={async () => {
        await logs("CreateExportTask", createExport(group, form, Date.now()));
        await exportsChanged();
        flash.success(`The export of ${group} to ${bucket} has begun.`);
      }}
      onClose={onClose}
    >
      <FormField label="Events of" errorText={faults.range}>
        <TimeRangeInput value={form.range} onChange={(range) => change({ range })} />
      </FormField>
      <FormField label="Bucket" errorText={form.bucket === "" ? undefined : faults.bucket}>
        <Input value={form.bucket} spellcheck={false} onChange={({ detail }) => change({ bucket: detail.value })} />
      </FormField>
      <FormField label="Prefix" description={`Of the objects' keys; ${DEFAULT_PREFIX} when empty.`}>
        <Input
          value={form.prefix}
          placeholder={DEFAULT_PREFIX}
          spellcheck={false}
          onChange={({ detail }) => change({ prefix: detail.value })}
        />
      </FormField>
      <FormField
        label="Log streams"
        description="Those whose names begin so; all of them when empty."
        errorText={faults.streamPrefix}
      >
        <Input
          value={form.streamPrefix}
          spellcheck={false}
          onChange={({ detail }) => change({ streamPrefix: detail.value })}
        />
      </FormField>
      <ExpandableSection headerText="The bucket's policy must let the service write">
        <SpaceBetween size="xs">
          <OutputText label="Policy" text={policy} />
          <Box variant="small">
            Put it on the bucket with: aws s3api put-bucket-policy --bucket {bucket || "BUCKET"} --policy
            file://policy.json
          </Box>
        </SpaceBetween>
      </ExpandableSection>
    </Ask>
  );
}
