import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { currentRegion } from "../../api/session.ts";
import { Ask } from "../../logs/groups/ask.tsx";
import { CopyText } from "../../shell/copy-text.tsx";
import { type Tag, tagFault } from "../../tags/tag.ts";
import { TagFields } from "../../tags/tag-fields.tsx";
import { ssm } from "../ssm.ts";

/** AWS's bound of one activation. */
const MOST_HOSTS = 1_000;

export interface Activation {
  readonly id: string;
  readonly code: string;
}

/** Makes an activation, with which agents register. */
export function RegisterHosts({
  onMade,
  onClose,
}: {
  readonly onMade: (activation: Activation) => void;
  readonly onClose: () => void;
}) {
  const [role, setRole] = useState("hosts");
  const [limit, setLimit] = useState("1");
  const [tags, setTags] = useState<readonly Tag[]>([]);
  const hosts = Number(limit);
  const limitFault =
    Number.isInteger(hosts) && hosts >= 1 && hosts <= MOST_HOSTS ? undefined : "A whole number from 1 to 1,000.";
  const tagsGood = tags.every((_, index) => tagFault(tags, index) === undefined);
  const create = async () => {
    const { ActivationId = "", ActivationCode = "" } = await ssm("CreateActivation", {
      IamRole: role.trim(),
      RegistrationLimit: hosts,
      ...(tags.length > 0 && { Tags: tags.map(({ key, value }) => ({ Key: key, Value: value })) }),
    });
    onMade({ id: ActivationId, code: ActivationCode });
  };
  return (
    <Ask
      title="Register hosts"
      action="Create activation"
      ready={limitFault === undefined && role.trim() !== "" && tagsGood}
      onConfirm={create}
      onClose={onClose}
    >
      <Box>An activation is an id and a code with which agents register. It lasts for a day.</Box>
      <FormField label="IAM role" description="Its policies say what the hosts may do.">
        <Input value={role} onChange={({ detail }) => setRole(detail.value)} spellcheck={false} />
      </FormField>
      <FormField label="Number of hosts" description="So many may register with it." errorText={limitFault}>
        <Input value={limit} onChange={({ detail }) => setLimit(detail.value)} inputMode="numeric" />
      </FormField>
      <FormField label="Tags" description="Every host that registers with it gets them." stretch>
        <TagFields tags={tags} onChange={setTags} />
      </FormField>
    </Ask>
  );
}

/** Shows an activation's code, which nobody can read later, and what to do with it. */
export function ActivationMade({
  activation: { id, code },
  onClose,
}: {
  readonly activation: Activation;
  readonly onClose: () => void;
}) {
  const command = `NEPHOSCOPE_ACTIVATION_CODE='${code}' nephoscope host register --activation-id ${id} --endpoint ${window.location.origin} --region ${currentRegion()}`;
  return (
    <Modal
      visible
      size="large"
      header="Activation created"
      onDismiss={onClose}
      closeAriaLabel="Close"
      footer={
        <Box float="right">
          <Button variant="primary" onClick={onClose}>
            Done
          </Button>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <Alert type="warning">The code is shown this once. Copy it now.</Alert>
        <KeyValuePairs
          columns={2}
          items={[
            { label: "Activation id", value: <CopyText text={id} what="Activation id" /> },
            { label: "Activation code", value: <CopyText text={code} what="Activation code" /> },
          ]}
        />
        <KeyValuePairs items={[{ label: "Run this on the host", value: <CopyText text={command} what="Command" /> }]} />
      </SpaceBetween>
    </Modal>
  );
}
