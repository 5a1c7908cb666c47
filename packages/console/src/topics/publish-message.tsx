import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";
import { queryCache } from "../api/query-cache.ts";
import { Ask } from "../logs/groups/ask.tsx";
import { useFlash } from "../shell/flash.tsx";
import { publish } from "./topic-calls.ts";

/** API reference, Publish. */
const LONGEST_SUBJECT = 100;

/** Sends a message to a topic by hand, to see that it arrives. */
export function PublishMessage({ arn, onClose }: { readonly arn: string; readonly onClose: () => void }) {
  const flash = useFlash();
  const [subject, setSubject] = useState("");
  const [message, setMessage] = useState("");
  const [groupId, setGroupId] = useState("");
  const fifo = arn.endsWith(".fifo");
  const fault = subject.length > LONGEST_SUBJECT ? `A subject has at most ${LONGEST_SUBJECT} characters.` : undefined;
  return (
    <Ask
      title="Publish message"
      action="Publish"
      ready={message !== "" && fault === undefined && (!fifo || groupId !== "")}
      onConfirm={async () => {
        const id = await publish(arn, { subject, message, groupId });
        flash.success(`The message ${id} was taken, and goes to all who have subscribed.`);
        await queryCache.invalidateQueries({ queryKey: ["nephoscope-health"] });
      }}
      onClose={onClose}
    >
      <FormField label="Subject" description="Optional; mails have it." errorText={fault}>
        <Input value={subject} onChange={({ detail }) => setSubject(detail.value)} />
      </FormField>
      {fifo && (
        <FormField label="Message group" description="Messages of a group arrive in their order.">
          <Input value={groupId} onChange={({ detail }) => setGroupId(detail.value)} spellcheck={false} />
        </FormField>
      )}
      <FormField label="Message">
        <Textarea value={message} rows={6} onChange={({ detail }) => setMessage(detail.value)} />
      </FormField>
    </Ask>
  );
}
