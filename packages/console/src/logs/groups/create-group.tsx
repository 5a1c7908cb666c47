import Checkbox from "@cloudscape-design/components/checkbox";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import RadioGroup from "@cloudscape-design/components/radio-group";
import { useState } from "react";
import { logs } from "../../api/services.ts";
import { useFlash } from "../../shell/flash.tsx";
import { navigate } from "../../shell/navigate.ts";
import { href } from "../../shell/route.ts";
import { type Tag, tagFault, tagRecord } from "../../tags/tag.ts";
import { TagFields } from "../../tags/tag-fields.tsx";
import { Ask } from "./ask.tsx";
import { groupsChanged, setRetention } from "./group-calls.ts";
import { groupNameFault } from "./group-name.ts";
import { RetentionSelect } from "./retention-select.tsx";

/** Makes a log group, and then opens it. */
export function CreateGroup({ onClose }: { readonly onClose: () => void }) {
  const flash = useFlash();
  const [name, setName] = useState("");
  const [days, setDays] = useState<number>();
  const [logClass, setLogClass] = useState<"STANDARD" | "INFREQUENT_ACCESS">("STANDARD");
  const [kmsKeyId, setKey] = useState("");
  const [isProtected, setProtected] = useState(false);
  const [tags, setTags] = useState<readonly Tag[]>([]);
  const [tried, setTried] = useState(false);
  const fault = groupNameFault(name);
  const good = fault === undefined && tags.every((_, index) => tagFault(tags, index) === undefined);

  const create = async () => {
    await logs("CreateLogGroup", {
      logGroupName: name,
      logGroupClass: logClass,
      ...(kmsKeyId.trim() !== "" && { kmsKeyId: kmsKeyId.trim() }),
      ...(isProtected && { deletionProtectionEnabled: true }),
      ...(tags.length > 0 && { tags: tagRecord(tags) }),
    });
    try {
      if (days !== undefined) await setRetention(name, days);
      flash.success(`The log group ${name} was created.`);
    } catch (error) {
      flash.failure(error, `The log group ${name} was created, but its retention was not set`);
    }
    await groupsChanged();
    navigate(href("/logs/groups/:group", { group: name }));
  };

  return (
    <Ask title="Create log group" action="Create" ready={good} onConfirm={create} onClose={onClose}>
      <FormField
        label="Log group name"
        errorText={tried ? fault : undefined}
        constraintText="Letters, digits and . - _ / #"
      >
        <Input
          value={name}
          onChange={({ detail }) => {
            setName(detail.value);
            setTried(true);
          }}
          placeholder="/my-service/access"
          autoFocus
          spellcheck={false}
        />
      </FormField>
      <FormField label="Retention" description="How long events are kept.">
        <RetentionSelect days={days} onChange={setDays} />
      </FormField>
      <FormField label="Class" description="It cannot be changed later.">
        <RadioGroup
          value={logClass}
          onChange={({ detail }) => setLogClass(detail.value === "STANDARD" ? "STANDARD" : "INFREQUENT_ACCESS")}
          items={[
            {
              value: "STANDARD",
              label: "Standard",
              description: "Everything: search, Live Tail, metric filters, Insights.",
            },
            { value: "INFREQUENT_ACCESS", label: "Infrequent Access", description: "Logs Insights only." },
          ]}
        />
      </FormField>
      <ExpandableSection headerText="Key, protection and tags">
        <FormField
          label="KMS key"
          description="ARN of the key that encrypts the events. Its policy must let the logs service use it. None when empty."
        >
          <Input
            value={kmsKeyId}
            onChange={({ detail }) => setKey(detail.value)}
            placeholder="arn:aws:kms:…"
            spellcheck={false}
          />
        </FormField>
        <FormField label="Deletion protection">
          <Checkbox checked={isProtected} onChange={({ detail }) => setProtected(detail.checked)}>
            The group can only be deleted after this is turned off
          </Checkbox>
        </FormField>
        <FormField label="Tags" stretch>
          <TagFields tags={tags} onChange={setTags} />
        </FormField>
      </ExpandableSection>
    </Ask>
  );
}
