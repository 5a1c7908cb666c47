import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import RadioGroup from "@cloudscape-design/components/radio-group";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Failure } from "../shell/failure.tsx";
import { createTopic, listTopics, nameOfTopic, subscribe, topicNameFault } from "../topics/topic-calls.ts";
import { STATE_TEXTS } from "./alarm-calls.ts";
import { type AlarmAction, newAction } from "./alarm-form.ts";
import { stateOf } from "./alarm-graph.ts";

/** Whom the alarm tells: for each state topics that are there, or a new one with e-mail addresses. */
export function ActionsStep({
  actions,
  fault,
  onActions,
}: {
  readonly actions: readonly AlarmAction[];
  readonly fault: string | undefined;
  readonly onActions: (actions: readonly AlarmAction[]) => void;
}) {
  const change = (index: number, action: AlarmAction) =>
    onActions(actions.map((each, at) => (at === index ? action : each)));
  return (
    <SpaceBetween size="m">
      {fault !== undefined && <Box color="text-status-error">{fault}</Box>}
      {actions.map((action, index) => (
        <Notification
          key={action.id}
          number={index + 1}
          action={action}
          onAction={(next) => change(index, next)}
          onRemove={() => onActions(actions.filter((_, at) => at !== index))}
        />
      ))}
      <Button iconName="add-plus" onClick={() => onActions([...actions, newAction(actions)])}>
        Add notification
      </Button>
    </SpaceBetween>
  );
}

const STATES = (["ALARM", "OK", "INSUFFICIENT_DATA"] as const).map((value) => ({
  value,
  label: STATE_TEXTS[value].text,
}));

function Notification({
  number,
  action,
  onAction,
  onRemove,
}: {
  readonly number: number;
  readonly action: AlarmAction;
  readonly onAction: (action: AlarmAction) => void;
  readonly onRemove: () => void;
}) {
  const topics = useQuery({ queryKey: ["sns", "ListTopics"], queryFn: ({ signal }) => listTopics(signal) });
  const [kind, setKind] = useState<"existing" | "new">("existing");
  const [name, setName] = useState("CloudWatch_alarm_notifications");
  const [mails, setMails] = useState("");
  const addresses = mails.split(/[\s,;]+/).filter((each) => each !== "");
  const wrong = addresses.find((each) => !/^[^@\s]+@[^@\s]+$/.test(each));
  const create = useMutation({
    mutationFn: async () => {
      if ((await listTopics()).some((arn) => nameOfTopic(arn) === name))
        throw new Error(`There is a topic ${name} already. Choose it among those that are there, or another name.`);
      const arn = await createTopic(name);
      for (const address of addresses) await subscribe(arn, "email", address);
      return arn;
    },
    onSuccess: (arn) => {
      setKind("existing");
      onAction({ ...action, arn });
    },
  });
  const options = (topics.data ?? []).map((arn) => ({ value: arn, label: nameOfTopic(arn) }));
  return (
    <Container
      header={
        <Header variant="h2" actions={<Button onClick={onRemove}>Remove</Button>}>
          Notification {number}
        </Header>
      }
    >
      <SpaceBetween size="m">
        <FormField label="Alarm state trigger">
          <RadioGroup
            value={action.state}
            items={STATES}
            onChange={({ detail }) => onAction({ ...action, state: stateOf(detail.value) ?? "ALARM" })}
          />
        </FormField>
        <FormField label="Send a notification to">
          <RadioGroup
            value={kind}
            items={[
              { value: "existing", label: "Select an existing topic" },
              { value: "new", label: "Create new topic" },
            ]}
            onChange={({ detail }) => setKind(detail.value === "new" ? "new" : "existing")}
          />
        </FormField>
        {kind === "existing" ? (
          <FormField label="Topic">
            <Select
              selectedOption={action.arn === "" ? null : { value: action.arn, label: nameOfTopic(action.arn) }}
              options={options}
              placeholder="Choose a topic"
              statusType={topics.isPending ? "loading" : topics.isError ? "error" : "finished"}
              loadingText="Loading topics"
              errorText="The topics can not be listed"
              empty="No topics"
              onChange={({ detail }) => onAction({ ...action, arn: detail.selectedOption.value ?? "" })}
            />
          </FormField>
        ) : (
          <>
            <FormField label="Topic name" errorText={topicNameFault(name)}>
              <Input value={name} onChange={({ detail }) => setName(detail.value)} spellcheck={false} />
            </FormField>
            <FormField
              label="E-mail endpoints"
              description="Addresses that get the notification, with commas between them."
              errorText={wrong === undefined ? undefined : `${wrong} is no e-mail address.`}
            >
              <Input
                value={mails}
                onChange={({ detail }) => setMails(detail.value)}
                inputMode="email"
                spellcheck={false}
              />
            </FormField>
            <Button
              disabled={topicNameFault(name) !== undefined || addresses.length === 0 || wrong !== undefined}
              loading={create.isPending}
              onClick={() => create.mutate()}
            >
              Create topic
            </Button>
            {create.error !== null && <Failure error={create.error} />}
          </>
        )}
      </SpaceBetween>
    </Container>
  );
}
