import Autosuggest from "@cloudscape-design/components/autosuggest";
import Box from "@cloudscape-design/components/box";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import RadioGroup from "@cloudscape-design/components/radio-group";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { logs } from "../api/services.ts";
import { currentSession } from "../api/session.ts";
import { Ask } from "../logs/groups/ask.tsx";
import { groupNameFault } from "../logs/groups/group-name.ts";
import { useFlash } from "../shell/flash.tsx";
import { type NetworkPart, type ResourceKind, roleFault } from "./network.ts";
import { createFlowLogs, flowLogsChanged } from "./network-calls.ts";

/** Makes a flow log on each of the chosen parts, all of one kind. */
export function CreateFlowLogs({
  kind,
  parts,
  onMade,
  onClose,
}: {
  readonly kind: ResourceKind;
  readonly parts: readonly NetworkPart[];
  readonly onMade: () => void;
  readonly onClose: () => void;
}) {
  const flash = useFlash();
  const [traffic, setTraffic] = useState("ALL");
  const [interval, setIntervalText] = useState("600");
  const [group, setGroup] = useState("");
  const [role, setRole] = useState(`arn:aws:iam::${currentSession()?.account ?? ""}:role/VPCFlowLogsRole`);
  const groups = useQuery({
    queryKey: ["logs", "DescribeLogGroups", group],
    queryFn: ({ signal }) =>
      logs("DescribeLogGroups", { limit: 50, ...(group !== "" && { logGroupNamePattern: group }) }, signal),
  });
  const create = async () => {
    try {
      await createFlowLogs({ kind, ids: parts.map(({ id }) => id), traffic, interval: Number(interval), group, role });
      onMade();
      flash.success(parts.length === 1 ? "The flow log was created." : `${parts.length} flow logs were created.`);
    } finally {
      // Where one part failed, the others may have theirs.
      await flowLogsChanged();
    }
  };
  return (
    <Ask
      title={parts.length === 1 ? `Create flow log of ${parts[0]?.id}` : `Create ${parts.length} flow logs`}
      action="Create"
      ready={groupNameFault(group) === undefined && roleFault(role) === undefined}
      onConfirm={create}
      onClose={onClose}
    >
      {parts.length > 1 && <Box>{parts.map(({ id }) => id).join(", ")}</Box>}
      <FormField label="Filter">
        <RadioGroup
          value={traffic}
          onChange={({ detail }) => setTraffic(detail.value)}
          items={[
            { value: "ALL", label: "All" },
            { value: "ACCEPT", label: "Accept" },
            { value: "REJECT", label: "Reject" },
          ]}
        />
      </FormField>
      <FormField label="Maximum aggregation interval">
        <RadioGroup
          value={interval}
          onChange={({ detail }) => setIntervalText(detail.value)}
          items={[
            { value: "600", label: "10 minutes" },
            { value: "60", label: "1 minute" },
          ]}
        />
      </FormField>
      <FormField
        label="Destination log group"
        description="Every interface gets a stream of its own in it."
        errorText={group === "" ? undefined : groupNameFault(group)}
      >
        <Autosuggest
          value={group}
          onChange={({ detail }) => setGroup(detail.value)}
          options={(groups.data?.logGroups ?? []).flatMap(({ logGroupName }) =>
            logGroupName === undefined ? [] : [{ value: logGroupName }],
          )}
          statusType={groups.isPending ? "loading" : groups.error ? "error" : "finished"}
          loadingText="Loading log groups"
          errorText="Log groups could not be loaded"
          empty="No log group's name holds this"
          enteredTextLabel={(value) => `Use ${value}`}
          filteringType="manual"
          placeholder="VPCFlowLogGroup"
        />
      </FormField>
      <FormField
        label="IAM role"
        description="It must be allowed to publish into the group, and trust vpc-flow-logs.amazonaws.com."
        errorText={roleFault(role)}
      >
        <Input value={role} onChange={({ detail }) => setRole(detail.value)} spellcheck={false} />
      </FormField>
    </Ask>
  );
}
